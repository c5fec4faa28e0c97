// The plots of a demo's report, as values.
#pragma once

#include "apps/demo_record.h"
#include "report/plot.h"

namespace propius {

// Test accuracy after every round, over the time of the run.
LineChart AccuracyOverTime(const DemoRecord& record);
// Each job's rounds: waiting for devices, then collecting their updates.
Timeline RoundTimeline(const DemoRecord& record);
// Devices that hold a task, per job, over the time of the run: the mean of each fiftieth of it.
LineChart DevicesAtWork(const DemoRecord& record);
// Contributions by strength of the phone and job.
Matrix WhoServedWhom(const DemoRecord& record);

}  // namespace propius
