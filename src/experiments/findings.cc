#include "experiments/findings.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "experiments/findings_json.h"
#include "experiments/verdict.h"

namespace propius {
namespace {

using Json = nlohmann::ordered_json;

Json Write(const Table& table) {
  Json columns = Json::array();
  for (const TableColumn& column : table.columns)
    columns.push_back({{"title", column.title}, {"number", column.number}});
  Json rows = Json::array();
  for (const std::vector<Cell>& row : table.rows) {
    Json cells = Json::array();
    for (const Cell& cell : row) cells.push_back(cell.text);
    rows.push_back(std::move(cells));
  }
  return {{"title", table.title}, {"columns", columns}, {"rows", rows}, {"caption", table.caption}};
}

Table ReadTable(const Json& json) {
  Table table;
  table.title = json.value("title", "");
  table.caption = json.value("caption", "");
  for (const Json& column : json.at("columns")) {
    table.columns.push_back({.title = column.value("title", ""), .number = column.value("number", false)});
  }
  for (const Json& row : json.at("rows")) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    for (const Json& cell : row) cells.emplace_back(cell.get<std::string>());
  }
  return table;
}

}  // namespace

Table ClaimTable(const Findings& findings) {
  Table table;
  table.title = "Claims";
  for (const char* title : {"claim", "claimed", "here", "verdict", "note"}) table.columns.push_back({.title = title});
  for (const Claim& claim : findings.claims) {
    table.rows.push_back({claim.what, claim.claimed, claim.ours, claim.verdict, claim.note});
  }
  return table;
}

std::string ClaimText(const Findings& findings) {
  constexpr std::size_t kVerdictWidth = 16;
  std::string text = "Claims\n";
  for (const Claim& claim : findings.claims) {
    std::string verdict = claim.verdict;
    verdict.resize(std::max(verdict.size(), kVerdictWidth), ' ');
    text += "  " + verdict + claim.what + ": claimed " + claim.claimed + ", here " + claim.ours + "\n";
    if (!claim.note.empty()) text += std::string(kVerdictWidth + 2, ' ') + claim.note + "\n";
  }
  return text;
}

void LeaveUnjudged(Findings& findings) {
  for (Claim& claim : findings.claims) claim.verdict = kNotJudged;
}

Json FindingsToJson(const Findings& findings) {
  Json tables = Json::array();
  for (const Table& table : findings.tables) tables.push_back(Write(table));
  Json claims = Json::array();
  for (const Claim& claim : findings.claims) {
    claims.push_back({{"claim", claim.what},
                      {"claimed", claim.claimed},
                      {"ours", claim.ours},
                      {"verdict", claim.verdict},
                      {"note", claim.note}});
  }
  return {{"name", findings.experiment},
          {"quick", findings.quick},
          {"tables", tables},
          {"claims", claims},
          {"remarks", findings.remarks}};
}

Findings FindingsFromJson(const Json& json) {
  Findings findings;
  findings.experiment = json.value("name", "");
  findings.quick = json.value("quick", false);
  for (const Json& table : json.at("tables")) findings.tables.push_back(ReadTable(table));
  for (const Json& claim : json.at("claims")) {
    findings.claims.push_back({.what = claim.value("claim", ""),
                               .claimed = claim.value("claimed", ""),
                               .ours = claim.value("ours", ""),
                               .verdict = claim.value("verdict", ""),
                               .note = claim.value("note", "")});
  }
  findings.remarks = json.value("remarks", findings.remarks);
  return findings;
}

}  // namespace propius
