#include "base/crypto.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/rows.h"

namespace propius {

const TableSchema& ReplyTable() {
  static const TableSchema schema{
      .name = "replies",
      .key = 1,
      .columns = {{"key", "TEXT", "scope and idempotency key"},
                  {"request", "TEXT", "SHA-256 of what was asked"},
                  {"answered_at", "INTEGER", "microseconds since 1970"},
                  {"refusal", "TEXT", "code; null: not refused"},
                  {"message", "TEXT", "of the refusal"},
                  {"job", "INTEGER", "what the answer was about; 0: does not apply"},
                  {"round", "INTEGER"},
                  {"slot", "INTEGER"}},
  };
  return schema;
}

RowWriter RowOf(const MemoisedReply& reply) {
  RowWriter row;
  row.Text(reply.key).OwnText(ToHex(reply.request)).At(reply.answered_at);
  if (reply.refusal) {
    row.Text(CodeName(reply.refusal->code)).Text(reply.refusal->message);
  } else {
    row.Null().Null();
  }
  row.Round(reply.round).U32(reply.slot.value);
  return row;
}

Result<MemoisedReply> ReadReply(SqlRow values) {
  RowReader row(values);
  MemoisedReply reply;
  reply.key = row.Text();
  auto request = DigestFromHex(row.View(), "replies.request");
  if (!request) return tl::unexpected(request.error());
  reply.request = std::move(*request);
  reply.answered_at = row.At();
  const std::string_view refusal = row.View();
  std::string message = row.Text();
  if (!refusal.empty()) {
    const auto code = FromName(refusal, Code::kInternal, CodeName, "replies.refusal");
    if (!code) return tl::unexpected(code.error());
    reply.refusal = Error{*code, std::move(message)};
  }
  reply.round = row.Round();
  reply.slot = {row.U32()};
  return reply;
}

}  // namespace propius
