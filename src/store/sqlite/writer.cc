#include "store/sqlite/writer.h"

#include <future>
#include <utility>
#include <vector>

#include <pthread.h>

namespace propius {

StoreWriter::StoreWriter(Runtime& runtime, StoreFile& file) : runtime_(runtime), file_(file) {
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "store");
}

StoreWriter::~StoreWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void StoreWriter::Write(StoreFile::Change change, Done<void> done) {
  Add({.change = std::move(change), .done = std::move(done), .read = nullptr});
}

void StoreWriter::Read(Task read) { Add({.change = nullptr, .done = nullptr, .read = std::move(read)}); }

void StoreWriter::ReadNow(const Task& read) {
  std::promise<void> finished;
  Read([&] {
    read();
    finished.set_value();
  });
  finished.get_future().wait();
}

void StoreWriter::Add(Entry entry) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(entry));
  }
  wake_.notify_one();
}

void StoreWriter::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::deque<Entry> entries = std::exchange(queue_, {});
    lock.unlock();
    while (!entries.empty()) {
      std::deque<Entry> together;
      while (!entries.empty() && entries.front().change) {
        together.push_back(std::move(entries.front()));
        entries.pop_front();
      }
      if (!together.empty()) WriteTogether(std::move(together));
      if (entries.empty()) break;
      entries.front().read();
      entries.pop_front();
    }
    lock.lock();
  }
}

void StoreWriter::WriteTogether(std::deque<Entry> entries) {
  std::vector<StoreFile::Change> changes;
  for (Entry& entry : entries) changes.push_back(std::move(entry.change));
  const std::vector<Status> answers = file_.Write(changes);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    runtime_.Post([done = std::move(entries[i].done), answer = answers[i]] { done(answer); });
  }
}

}  // namespace propius
