// The device's side of the benchmarks of tensors over HTTP: requests on one connection, with the server's clock beside.
#pragma once

#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/forked_server.h"
#include "bench/tcp.h"

namespace propius {

// Of a POST to `path` with so many bytes of body.
std::string PostHead(const std::string& path, const std::string& ticket, std::size_t size);

// Receives an answer with this status and its body; returns the failure, or "".
std::string ReceiveAnswer(const TcpConnection& connection, int status, std::string& body);

// Runs `call(connection)`, which returns a failure or "", over and over on a connection of this thread. The counter
// server_cpu_us is the server's CPU time for each call of any thread.
template <typename Call>
void MeasureServer(benchmark::State& state, const ForkedServer& server, Call call) {
  const TcpConnection connection = TcpConnection::To(server.port());
  const double before = server.CpuMicros();
  for (auto _ : state) {
    const std::string failure = call(connection);
    if (!failure.empty()) return state.SkipWithError(failure.c_str());
  }
  if (state.thread_index() != 0) return;
  const double calls = static_cast<double>(state.iterations()) * state.threads();
  state.counters["server_cpu_us"] = (server.CpuMicros() - before) / calls;
}

}  // namespace propius
