#include "rpc/live_site.h"

#include <future>

namespace propius {

LiveSite::LiveSite(std::map<std::string, TenantId> tokens) {
  On([&] {
    store = OpenMemoryJobStore(runtime, disk);
    book = std::move(*JobBook::Open(runtime, *store));
    window = std::make_unique<DeviceWindow>(1h);
    dispatcher = std::make_unique<Dispatcher>(runtime, *book, *window, MakeFifo());
    job_desk = std::make_unique<JobDesk>(runtime, *book, *dispatcher, sealer, JobDeskOptions());
    ClientDeskOptions options;
    options.leaves = {"http://leaf-0"};
    client_desk = std::make_unique<ClientDesk>(runtime, *book, *dispatcher, *window, sealer, options);
    client_desk->OnRoundChanged([desk = job_desk.get()](const RoundKey& round) { desk->RoundChanged(round); });
  });
  const auto tenant_of = [tokens = std::move(tokens)](const std::string& token) -> Result<TenantId> {
    const auto found = tokens.find(token);
    if (found != tokens.end()) return found->second;
    return Fail(Code::kUnauthenticated, "expected a token of this site");
  };
  server = std::move(*RpcServer::Start(
      {}, {MakeJobManagerService(runtime, *job_desk, {tenant_of, "http://root"}),
           MakeClientManagerService(runtime, *client_desk), MakeSchedulerService(runtime, *dispatcher, *window, sealer),
           MakeRoundBoardService(runtime, *job_desk, sealer)}));
  channel = ChannelTo(*server);
  jobs = v1::JobManager::NewStub(channel);
  devices = v1::ClientManager::NewStub(channel);
  scheduler = v1::Scheduler::NewStub(channel);
  board = v1::RoundBoard::NewStub(channel);
}

LiveSite::~LiveSite() {
  server.reset();
  runtime.Stop();
}

void LiveSite::On(const std::function<void()>& task) {
  std::promise<void> ran;
  runtime.Post([&] {
    task();
    ran.set_value();
  });
  ran.get_future().wait();
}

v1::RegisterJobRequest SmallJob(const std::string& key) {
  v1::RegisterJobRequest request;
  request.set_idempotency_key(key);
  request.mutable_spec()->set_name("digits");
  request.mutable_spec()->set_demand(1);
  request.mutable_spec()->set_rounds(5);
  return request;
}

v1::RequestRoundRequest RoundOf(std::uint64_t job, const std::string& key) {
  v1::RequestRoundRequest request;
  request.set_idempotency_key(key);
  request.set_job_id(job);
  request.set_plan_digest(std::string(32, 'p'));
  return request;
}

v1::RoundKey OpenRound(LiveSite& site, std::uint32_t demand) {
  v1::RegisterJobRequest job = SmallJob("job");
  job.mutable_spec()->set_demand(demand);
  v1::RegisterJobResponse registered;
  Patient first;
  EXPECT_TRUE(site.jobs->RegisterJob(&first, job, &registered).ok());
  v1::RequestRoundResponse opened;
  Patient second;
  EXPECT_TRUE(site.jobs->RequestRound(&second, RoundOf(registered.job_id(), "round"), &opened).ok());
  v1::RoundKey key;
  key.set_job_id(registered.job_id());
  key.set_round(opened.round());
  return key;
}

}  // namespace propius
