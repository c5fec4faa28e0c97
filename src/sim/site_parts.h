// What the server processes of a simulated site are made of; later members stand on earlier ones.
#pragma once

#include <memory>

#include "control/client_desk.h"
#include "control/dispatcher.h"
#include "control/job_book.h"
#include "control/job_desk.h"
#include "dataplane/control_link.h"
#include "dataplane/node.h"
#include "dataplane/uplink.h"
#include "store/device_window.h"
#include "store/job_store.h"
#include "store/tally_store.h"

namespace propius {

struct ControlServer {
  std::unique_ptr<JobStore> store;
  std::unique_ptr<JobBook> book;
  std::unique_ptr<DeviceWindow> window;
  std::unique_ptr<Dispatcher> dispatcher;
  std::unique_ptr<JobDesk> job_desk;
  std::unique_ptr<ClientDesk> client_desk;
};

struct NodeServer {
  std::unique_ptr<TallyStore> store;     // root
  std::unique_ptr<ControlLink> control;  // root
  std::unique_ptr<Uplink> uplink;        // leaf
  std::unique_ptr<Node> node;
};

}  // namespace propius
