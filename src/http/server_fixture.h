// What the tests of the HTTP server share.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "fetch/fetch.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace propius {

inline Blob Text(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

// Says what it was asked.
inline void Echo(const HttpRequest& request, const HttpRespond& respond) {
  std::string text = request.method + " " + request.path;
  for (const auto& [key, value] : request.query) text += " " + key + "=" + value;
  text += " " + *request.body;
  respond({200, {{"Accept-Ranges", "bytes"}, {"ETag", "\"e\""}}, Text(text)});
}

inline std::unique_ptr<HttpServer> Start(HttpServerOptions options = {}, HttpHandler handler = Echo) {
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Start(std::move(options), std::move(handler));
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

inline FetchRequest To(const HttpServer& server, const std::string& target) {
  FetchRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(server.port()) + target;
  return request;
}

// What a server of these options says to `text` before it closes.
inline std::string Said(const std::string& text, const HttpServerOptions& options = {}) {
  const auto server = Start(options);
  const RawClient client(server->port());
  client.Send(text);
  return client.ReadAll();
}

}  // namespace propius
