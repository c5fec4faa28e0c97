#include <nlohmann/json.hpp>

#include "apps/render.h"
#include "apps/verbs.h"
#include "base/quote.h"
#include "config/files.h"

namespace propius {
namespace {

struct Renderer {
  const char* schema;
  Status (*render)(const std::filesystem::path& folder);
};

constexpr Renderer kRenderers[] = {{"propius.demo/1", RenderDemo}, {"propius.simulate/1", RenderSimulation}};

}  // namespace

int Report(const ReportVerb& verb) {
  const std::filesystem::path file = verb.folder / "summary.json";
  const Result<std::string> text = ReadFile(file);
  if (!text) return Complain(text.error());
  const auto summary = nlohmann::json::parse(*text, nullptr, false);
  const std::string schema = summary.is_object() && summary.contains("schema") && summary["schema"].is_string()
                                 ? summary["schema"].get<std::string>()
                                 : "";
  std::string known;
  for (const Renderer& renderer : kRenderers) {
    if (schema != renderer.schema) {
      known += (known.empty() ? "" : " or ") + std::string(renderer.schema);
      continue;
    }
    const Status rendered = renderer.render(verb.folder);
    return rendered ? 0 : Complain(rendered.error());
  }
  return Complain(
      {Code::kInvalidArgument, file.string() + ": expected the schema " + known + ", got " + Quote(schema)});
}

}  // namespace propius
