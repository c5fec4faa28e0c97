#include "apps/render.h"
#include "config/files.h"
#include "experiments/run_page.h"
#include "experiments/summary.h"

namespace propius {

Status RenderSimulation(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "summary.json";
  const Result<std::string> text = ReadFile(file);
  if (!text) return tl::unexpected(text.error());
  const Result<Simulation> simulation = ParseSummary(*text, file.string());
  if (!simulation) return tl::unexpected(simulation.error());
  return WriteFile(folder / "report.html", Render(SimulationPage(*simulation)));
}

}  // namespace propius
