// What a job's call asks, as bytes: a repeated key must come with the same ones.
#pragma once

#include <cstdint>
#include <string>

#include "domain/round.h"

namespace propius {

std::string PackRegister(const JobSpec& spec);
std::string PackRequestRound(JobId job, std::uint32_t demand, const Digest& plan);
std::string PackEndRequest(const RoundKey& round);
std::string PackFinishJob(JobId job);

}  // namespace propius
