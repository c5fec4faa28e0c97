// The one thread that uses a store's file once it is open.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/runtime.h"
#include "store/sqlite/file.h"

namespace propius {

// Does what it is given in the order of the calls; changes that stand in the queue together become durable together.
class StoreWriter {
 public:
  // Both must outlive the writer.
  StoreWriter(Runtime& runtime, StoreFile& file);
  // Finishes what was queued.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  // Runs `change` within a transaction on the writer's thread, then `done` on the runtime.
  void Write(StoreFile::Change change, Done<void> done);
  // Runs `read` on the writer's thread, between transactions.
  void Read(Task read);
  // As Read, and waits for it.
  void ReadNow(const Task& read);

 private:
  struct Entry {
    StoreFile::Change change;  // or none
    Done<void> done;
    Task read;
  };
  void Add(Entry entry);
  void Loop();
  void WriteTogether(std::deque<Entry> entries);

  Runtime& runtime_;
  StoreFile& file_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace propius
