#include "persistence/sqlite_database.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace klatsch::persistence {

namespace fs = std::filesystem;

namespace {

std::runtime_error failed(const std::string& path, const std::string& reason) {
  return std::runtime_error("store " + path + ": " + reason);
}

/// A new file's name is durable only when its folder has been flushed too.
void flush_folder_of(const std::string& path) {
  auto folder = fs::path(path).parent_path();
  int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return;
  ::fsync(descriptor);
  ::close(descriptor);
}

} // namespace

sqlite_failure::sqlite_failure(sqlite3* database, const char* doing)
    : std::runtime_error(std::string(doing) + ": " + sqlite3_errmsg(database)),
      code_(sqlite3_errcode(database) & 0xff) {}

file_lock::file_lock(const std::string& path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw failed(path, std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0)
    return;
  auto error = errno;
  ::close(descriptor_);
  if (error == EWOULDBLOCK)
    throw failed(path, "is held by another process: only one may use the store at a time");
  throw failed(path, std::strerror(error));
}

file_lock::~file_lock() {
  ::close(descriptor_);
}

sqlite_database::sqlite_database(const std::string& path)
    : path_(path), in_memory_(path == ":memory:") {
  if (path.empty())
    throw std::runtime_error("store: the path is empty");
  try {
    if (!in_memory_)
      open_file();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (in_memory_)
      flags |= SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr) != SQLITE_OK)
      throw failed(path_, handle_ ? sqlite3_errmsg(handle_) : "out of memory");
    configure();
  } catch (const sqlite_failure& e) {
    sqlite3_close_v2(handle_);
    throw failed(path_, e.what());
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

sqlite_database::~sqlite_database() {
  sqlite3_close_v2(handle_);
}

void sqlite_database::open_file() {
  std::error_code error;
  auto folder = fs::path(path_).parent_path();
  if (!folder.empty() && (fs::create_directories(folder, error), error))
    throw failed(path_, "can't make its folder: " + error.message());
  // One name for one file, so that the lock holds for every path to it.
  auto canonical = fs::weakly_canonical(path_, error);
  if (!error)
    path_ = canonical.string();
  lock_ = std::make_unique<file_lock>(path_ + ".lock");
  int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    auto reason = std::strerror(errno);
    if (descriptor >= 0)
      ::close(descriptor);
    throw failed(path_, reason);
  }
  ::close(descriptor);
  if (!S_ISREG(status.st_mode))
    throw failed(path_, "is not a file");
  device_ = status.st_dev;
  inode_ = status.st_ino;
  flush_folder_of(path_);
}

void sqlite_database::configure() {
  sqlite3_extended_result_codes(handle_, 1);
  // Far above our largest row, so that a damaged length can't take the memory.
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_busy_timeout(handle_, 2000);
  run("PRAGMA journal_mode = WAL");
  // Each commit is flushed to the disk before it returns: what is acknowledged survives the power.
  run("PRAGMA synchronous = FULL");
  run("PRAGMA foreign_keys = ON");
  run("PRAGMA cell_size_check = ON");
  run("PRAGMA temp_store = MEMORY");
  run("PRAGMA cache_size = -16384");
  run("PRAGMA journal_size_limit = 67108864");
}

void sqlite_database::run(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw sqlite_failure(handle_, sql);
}

void sqlite_database::begin(bool write) {
  run(write ? "BEGIN IMMEDIATE" : "BEGIN");
}

void sqlite_database::commit() {
  run("COMMIT");
}

void sqlite_database::roll_back() noexcept {
  if (in_transaction())
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool sqlite_database::file_in_place() const {
  struct stat status {};
  return in_memory_ || (::stat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
                        status.st_ino == inode_);
}

} // namespace klatsch::persistence
