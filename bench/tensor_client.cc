#include "bench/tensor_client.h"

namespace propius {

std::string PostHead(const std::string& path, const std::string& ticket, std::size_t size) {
  return "POST " + path + " HTTP/1.1\r\nHost: server\r\nAuthorization: Propius-Ticket " + ticket +
         "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
}

std::string ReceiveAnswer(const TcpConnection& connection, int status, std::string& body) {
  const std::string head = connection.ReceiveUntil("\r\n\r\n");
  const std::string length = "Content-Length: ";
  const std::size_t found = head.find(length);
  const std::string expected = "HTTP/1.1 " + std::to_string(status) + " ";
  if (!head.starts_with(expected) || found == std::string::npos) {
    return "expected " + std::to_string(status) + " and a length, got " + head;
  }
  body.resize(std::stoul(head.substr(found + length.size())));
  return connection.Receive(body.data(), body.size()) ? "" : "expected a body as long as announced";
}

}  // namespace propius
