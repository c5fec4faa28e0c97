// Records of a memory disk: a plain vector as it survives, and an index to it that a store builds when it opens.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace propius {

// `KeyOf` maps a record to its key. Records stand in no particular order, but in the same one in every replay.
template <typename Record, typename Key>
class MemoryRecords {
 public:
  using KeyOf = Key (*)(const Record&);

  // `records` must outlive this and change through it alone.
  MemoryRecords(std::vector<Record>& records, KeyOf key_of) : records_(records), key_of_(key_of) {
    for (std::size_t i = 0; i < records_.size(); ++i) index_[key_of_(records_[i])] = i;
  }

  const Record* Find(const Key& key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &records_[found->second];
  }

  void Put(Record record) {
    const auto [entry, is_new] = index_.try_emplace(key_of_(record), records_.size());
    if (is_new) {
      records_.push_back(std::move(record));
    } else {
      records_[entry->second] = std::move(record);
    }
  }

  void Erase(const Key& key) { EraseRange(index_.lower_bound(key), index_.upper_bound(key)); }
  // Every key from `first` to `last`, both included.
  void EraseBetween(const Key& first, const Key& last) {
    EraseRange(index_.lower_bound(first), index_.upper_bound(last));
  }

 private:
  using Entry = typename std::map<Key, std::size_t>::iterator;

  void EraseRange(Entry first, Entry last) {
    while (first != last) {
      const std::size_t hole = first->second;
      first = index_.erase(first);
      if (hole + 1 != records_.size()) {
        records_[hole] = std::move(records_.back());
        index_[key_of_(records_[hole])] = hole;
      }
      records_.pop_back();
    }
  }

  std::vector<Record>& records_;
  KeyOf key_of_;
  std::map<Key, std::size_t> index_;
};

}  // namespace propius
