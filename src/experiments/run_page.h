// The report page of a simulation.
#pragma once

#include "experiments/summary.h"
#include "report/page.h"

namespace propius {

Page SimulationPage(const Simulation& simulation);

}  // namespace propius
