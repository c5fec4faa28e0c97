// Idempotency: the first answer to a key is the answer to every repeat of it, refusals included.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/runtime.h"
#include "control/job_book.h"

namespace propius {

// A call under an idempotency key, and the digest of what it asks.
struct KeyedCall {
  std::string key;
  Digest request;
};

// `request` is the call's name and arguments, packed. kInvalidArgument on a key that is not 1 to 128 printable
// characters.
Result<KeyedCall> KeyJobCall(const TenantId& tenant, std::string_view key, std::string_view request);
// kInvalidArgument on a device 0 or a nonce that is not 1 to 64 printable characters.
Result<KeyedCall> KeyAccept(DeviceId device, std::string_view nonce, const RoundKey& round);

// What a call is about when it succeeds: all that it takes to build its answer again.
struct Gist {
  RoundKey round;
  Slot slot;
};

// Runs `act` unless the call was made before, and keeps what came of it with the change that it made. Fails, and keeps
// nothing, if the key was used for another request.
template <typename Act>
Result<MemoisedReply> Once(Runtime& runtime, JobBook& book, const KeyedCall& call, Act act) {
  if (const MemoisedReply* known = book.FindReply(call.key)) {
    if (known->request == call.request) return *known;
    return Fail(Code::kInvalidArgument,
                "idempotency key: expected a new one, got one that was used for another request");
  }
  const Result<Gist> gist = act();
  MemoisedReply reply{.key = call.key,
                      .request = call.request,
                      .answered_at = runtime.Now(),
                      .refusal = std::nullopt,
                      .round = {},
                      .slot = {}};
  if (gist) {
    reply.round = gist->round;
    reply.slot = gist->slot;
  } else {
    reply.refusal = gist.error();
  }
  book.Remember(reply);
  return reply;
}

// Gives the answer once all that it tells of is durable, and never after `alive` is gone.
template <typename T, typename State>
void AnswerWhenDurable(JobBook& book, std::weak_ptr<State> alive, Result<T> answer, Done<T> done) {
  book.WhenDurable([alive = std::move(alive), answer = std::move(answer), done = std::move(done)] {
    if (alive.lock()) done(answer);
  });
}

}  // namespace propius
