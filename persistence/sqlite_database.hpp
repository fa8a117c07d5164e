#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

namespace klatsch::persistence {

/// A call of SQLite that failed. Caught by the store, never seen outside of it.
class sqlite_failure : public std::runtime_error {
 public:
  sqlite_failure(sqlite3* database, const char* doing);

  /// SQLite's primary result code.
  int code() const { return code_; }

 private:
  int code_;
};

/// Holds `<path>.lock`, so that one process at a time has the store open. The kernel lets go of it
/// however the process ends. SQLite's own `locking_mode=EXCLUSIVE` would do as well, but then an
/// operator could not look into, or back up, the file of a running system.
class file_lock {
 public:
  /// Throws std::runtime_error when another one has it.
  explicit file_lock(const std::string& path);
  ~file_lock();
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

 private:
  int descriptor_;
};

/// One open file, or memory for ":memory:".
class sqlite_database {
 public:
  /// Makes folder and file where they are missing (the file readable by its owner only), takes the
  /// lock, opens it, and sets what the durability of the store rests on. Throws std::runtime_error
  /// with the path when it can't.
  explicit sqlite_database(const std::string& path);
  ~sqlite_database();
  sqlite_database(const sqlite_database&) = delete;
  sqlite_database& operator=(const sqlite_database&) = delete;

  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }

  /// Runs statements without results; throws sqlite_failure.
  void run(const char* sql);

  /// Statements in between are one transaction. `write` takes the write lock at once.
  void begin(bool write);
  void commit();
  /// Never throws; does nothing where SQLite itself has rolled back.
  void roll_back() noexcept;
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

  /// False when the file has been removed or replaced: what is written would be lost.
  bool file_in_place() const;

 private:
  void open_file();
  void configure();

  std::string path_;
  bool in_memory_;
  std::unique_ptr<file_lock> lock_;
  sqlite3* handle_ = nullptr;
  unsigned long long device_ = 0;
  unsigned long long inode_ = 0;
};

} // namespace klatsch::persistence
