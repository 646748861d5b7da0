// What the C++ library asks of a system: threads and everything to wait with, exceptions that cross threads, streams, files, locales, regular expressions and clocks.
#include <algorithm>
#include <any>
#include <array>
#include <atomic>
#include <barrier>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <latch>
#include <locale>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <regex>
#include <semaphore>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
namespace fs = std::filesystem;

static void threads()
{
    std::atomic<long> sum = 0;
    std::vector<std::jthread> all;
    for (int i = 0; i < 300; i++)
        all.emplace_back([&sum, i] { sum += i; std::this_thread::yield(); });
    all.clear();
    std::cout << "sum " << sum << '\n';

    std::mutex lock;
    std::condition_variable_any changed;
    int turn = 0;
    std::vector<std::thread> players;
    for (int me = 0; me < 4; me++)
        players.emplace_back([&, me] {
            for (int i = 0; i < 200; i++)
            {
                std::unique_lock held(lock);
                changed.wait(held, [&] { return turn % 4 == me; });
                turn++;
                changed.notify_all();
            }
        });
    for (auto& player : players)
        player.join();
    std::cout << "turns " << turn << '\n';

    std::jthread stopped([&](std::stop_token token) {
        std::unique_lock held(lock);
        std::cout << "stopped " << changed.wait(held, token, [] { return false; }) << '\n';
    });
    stopped.request_stop();
    stopped.join();

    thread_local int own = 1;
    std::thread([] { own = 2; }).join();
    std::cout << "own " << own << ' ' << (std::thread::hardware_concurrency() > 0) << '\n';
}

static void waits()
{
    std::atomic<int> word = 0;
    std::thread waiter([&] { word.wait(0); word = 2; word.notify_all(); });
    word = 1;
    word.notify_all();
    word.wait(1);
    waiter.join();
    std::cout << "word " << word << '\n';

    std::shared_mutex shared;
    std::map<int, int> table;
    std::latch done(8);
    std::barrier meet(8);
    std::counting_semaphore<3> permits(3);
    std::atomic<int> inside = 0, most = 0;
    std::vector<std::jthread> all;
    for (int t = 0; t < 8; t++)
        all.emplace_back([&, t] {
            for (int i = 0; i < 100; i++)
            {
                { std::unique_lock held(shared); table[i] += t; }
                { std::shared_lock held(shared); (void)table.at(i); }
                if (i % 20 == 0)
                    meet.arrive_and_wait();
                permits.acquire();
                int now = ++inside, before = most;
                while (now > before && !most.compare_exchange_weak(before, now)) { }
                inside--;
                permits.release();
            }
            done.count_down();
        });
    done.wait();
    std::cout << "table " << std::accumulate(table.begin(), table.end(), 0, [](int s, auto& p) { return s + p.second; }) << " permits " << (most <= 3) << '\n';

    std::timed_mutex timed;
    timed.lock();
    std::thread([&] { std::cout << "locked " << timed.try_lock_for(3ms) << '\n'; }).join();
    timed.unlock();
    std::once_flag once;
    { std::vector<std::jthread> many; for (int i = 0; i < 20; i++) many.emplace_back([&] { std::call_once(once, [] { std::cout << "once\n"; }); }); }
    std::recursive_mutex again;
    std::mutex other;
    std::scoped_lock both(again, other);
    std::cout << "again " << again.try_lock() << '\n';
    again.unlock();
}

static void futures()
{
    auto async = std::async(std::launch::async, [] { return 42; });
    auto lazy = std::async(std::launch::deferred, [] { return 1; });
    std::packaged_task<int(int)> task([](int v) { return v * 2; });
    auto packaged = task.get_future();
    std::thread(std::move(task), 21).join();
    std::cout << async.get() << ' ' << lazy.get() << ' ' << packaged.get() << '\n';

    std::promise<int> failing;
    auto failed = failing.get_future();
    std::thread([&] {
        try { throw std::out_of_range("in a thread"); } catch (...) { failing.set_exception(std::current_exception()); }
    }).join();
    try { failed.get(); } catch (const std::out_of_range& e) { std::cout << "carried " << e.what() << '\n'; }
    std::future<int> broken;
    { std::promise<int> gone; broken = gone.get_future(); }
    try { broken.get(); } catch (const std::future_error& e) { std::cout << "broken " << (e.code() == std::future_errc::broken_promise) << '\n'; }
    std::promise<void> never;
    std::cout << "timeout " << (never.get_future().wait_for(3ms) == std::future_status::timeout) << '\n';
}

struct Noisy
{
    const char* name;
    ~Noisy() { std::cout << "destroyed " << name << '\n'; }
};

static int deep(int n)
{
    std::string held(100, 'x');
    if (n == 0)
        throw std::runtime_error("deep");
    return deep(n - 1) + (int)held.size();
}

static void exceptions()
{
    try
    {
        Noisy outer{"outer"};
        try { Noisy inner{"inner"}; deep(500); } catch (...) { std::throw_with_nested(std::logic_error("outside")); }
    }
    catch (const std::logic_error& e)
    {
        std::cout << e.what();
        try { std::rethrow_if_nested(e); } catch (const std::exception& inner) { std::cout << " <- " << inner.what() << '\n'; }
    }

    std::atomic<int> caught = 0;
    { std::vector<std::jthread> many; for (int t = 0; t < 8; t++) many.emplace_back([&] { for (int i = 0; i < 200; i++) try { deep(i % 20); } catch (const std::runtime_error&) { caught++; } }); }
    std::cout << "caught " << caught << '\n';
    try { std::vector<int>().at(3); } catch (const std::exception&) { std::cout << "range\n"; }
    try { (void)std::make_unique<char[]>(std::size_t(1) << 62); } catch (const std::bad_alloc& e) { std::cout << e.what() << '\n'; }
    try { (void)std::any_cast<int>(std::any(1.5)); } catch (const std::bad_any_cast& e) { std::cout << e.what() << '\n'; }
    try { (void)std::get<int>(std::variant<int, std::string>("text")); } catch (const std::bad_variant_access&) { std::cout << "variant\n"; }
}

static void files()
{
    fs::path root = fs::temp_directory_path() / "mote-test-cpp";
    fs::remove_all(root);
    fs::create_directories(root / "a/b");
    {
        std::ofstream out(root / "a/text");
        for (int i = 0; i < 20000; i++)
            out << "line " << i << '\n';
    }
    std::ifstream in(root / "a/text");
    std::string line;
    long length = 0;
    while (std::getline(in, line))
        length += line.size();
    in.clear();
    in.seekg(7);
    in >> line;
    std::cout << "read " << length << ' ' << line << ' ' << in.tellg() << '\n';
    fs::copy(root / "a", root / "c", fs::copy_options::recursive);
    fs::create_symlink("a/text", root / "link");
    fs::create_hard_link(root / "a/text", root / "hard");
    fs::rename(root / "a/b", root / "d");
    fs::resize_file(root / "c/text", 100);
    fs::permissions(root / "c/text", fs::perms::owner_read | fs::perms::group_read);
    fs::last_write_time(root / "c/text", fs::file_time_type::clock::from_sys(std::chrono::sys_seconds{std::chrono::sys_days{2020y / 2 / 29}}));
    std::vector<std::string> names;
    for (auto& entry : fs::recursive_directory_iterator(root))
        names.push_back(fs::relative(entry.path(), root).string() + (entry.is_directory() ? "/" : entry.is_symlink() ? "@" : " " + std::to_string(entry.file_size())));
    std::sort(names.begin(), names.end());
    for (auto& name : names)
        std::cout << name << '\n';
    std::cout << fs::hard_link_count(root / "hard") << ' ' << fs::equivalent(root / "link", root / "hard") << ' ' << fs::read_symlink(root / "link") << ' '
              << std::oct << (int)fs::status(root / "c/text").permissions() << std::dec << ' '
              << std::chrono::floor<std::chrono::days>(fs::file_time_type::clock::to_sys(fs::last_write_time(root / "c/text"))).time_since_epoch().count() << '\n';
    std::error_code error;
    (void)fs::file_size(root / "none", error);
    std::cout << error.message() << ' ' << (fs::space(root).capacity > 0) << ' ' << fs::weakly_canonical(root / "x/../a").filename() << '\n';
    fs::remove(root, error);
    std::cout << error.message() << ' ' << fs::remove_all(root) << '\n';
}

static void text()
{
    std::cout << std::setw(8) << std::setfill('*') << 42 << '|' << std::hex << std::showbase << 255 << std::dec << '|' << std::fixed << std::setprecision(3) << 3.14159 << '|'
              << std::scientific << 12345.678 << std::defaultfloat << std::setfill(' ') << '|' << std::boolalpha << true << std::noboolalpha << '|' << std::quoted("a \"b\"") << '\n';
    std::istringstream in("12 abc 3.5 0x1f");
    int i, h;
    std::string s;
    double d;
    in >> i >> s >> d >> std::hex >> h;
    std::cout << i << s << d << ' ' << h << ' ' << in.good() << '\n';
    std::regex mail(R"((\w+)@(\w+)\.com)", std::regex::icase);
    std::cout << std::regex_replace("me@example.com, You@Test.COM", mail, "$2:$1") << '\n';
    std::string words = "one two  three";
    std::regex word(R"(\w+)");
    std::cout << std::distance(std::sregex_iterator(words.begin(), words.end(), word), std::sregex_iterator()) << '\n';
    try { std::regex bad("(["); } catch (const std::regex_error&) { std::cout << "bad expression\n"; }
    struct Grouped : std::numpunct<char>
    {
        char do_thousands_sep() const override { return '.'; }
        char do_decimal_point() const override { return ','; }
        std::string do_grouping() const override { return "\3"; }
    };
    std::ostringstream german;
    german.imbue(std::locale(std::locale::classic(), new Grouped));
    german << 1234567 << ' ' << 2.5;
    std::cout << german.str() << ' ' << std::locale().name() << ' ' << std::locale("C").name() << '\n';
    try { std::locale missing("xx_YY.nothing"); } catch (const std::runtime_error&) { std::cout << "no such locale\n"; }
    std::array<char, 40> buffer{};
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), 0.1 + 0.2).ptr;
    std::cout << std::string_view(buffer.data(), end) << ' ' << std::stod("1e-300") << '\n';
}

static void clocks()
{
    auto start = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_until(start + 15ms);
    std::cout << "slept " << (std::chrono::steady_clock::now() - start >= 15ms) << ' ' << (std::chrono::system_clock::now() > std::chrono::sys_days{2020y / 1 / 1}) << '\n';
    std::time_t moment = 1709210096;
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::cout << std::put_time(&parts, "%A %d %B %Y %H:%M:%S") << ' ' << std::chrono::year_month_day{std::chrono::sys_days{2024y / 2 / 28} + std::chrono::days{1}}.ok() << '\n';
}

static void library()
{
    std::mt19937_64 random(7);
    std::vector<unsigned long> numbers(200000);
    std::generate(numbers.begin(), numbers.end(), random);
    std::stable_sort(numbers.begin(), numbers.end());
    std::cout << std::is_sorted(numbers.begin(), numbers.end()) << ' ' << numbers[777] << '\n';
    std::unordered_map<std::string, int> counts;
    for (int i = 0; i < 100000; i++)
        counts["key" + std::to_string(i % 1000)]++;
    std::cout << counts.size() << ' ' << counts["key7"] << '\n';
    std::pmr::monotonic_buffer_resource arena;
    std::pmr::vector<std::pmr::string> strings(&arena);
    for (int i = 0; i < 10000; i++)
        strings.emplace_back(50, (char)('a' + i % 26));
    std::cout << strings[25] << '\n';
    auto shared = std::make_shared<std::vector<int>>(1000000, 1);
    std::weak_ptr<std::vector<int>> weak = shared;
    std::cout << std::reduce(shared->begin(), shared->end()) << ' ' << weak.use_count() << '\n';
    shared.reset();
    std::cout << weak.expired() << ' ' << std::random_device{}.entropy() * 0 << '\n';
}

int main()
{
    for (auto [name, part] : std::initializer_list<std::pair<const char*, void (*)()>>{{"threads", threads}, {"waits", waits}, {"futures", futures}, {"exceptions", exceptions}, {"files", files}, {"text", text}, {"clocks", clocks}, {"library", library}})
    {
        std::cout << "-- " << name << std::endl;
        part();
    }
    std::cerr << "to standard error" << std::endl;
    std::set_terminate([] { std::cout << "terminated" << std::endl; std::_Exit(3); });
    std::thread([] { throw 5; }).join();
}
