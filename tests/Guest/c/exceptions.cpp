// C++: exceptions through frames and threads, RTTI, streams, the standard library's threads.
#include <algorithm>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Tracer
{
    std::string name;
    ~Tracer() { std::cout << "leave " << name << "\n"; }
};

struct Shape
{
    virtual ~Shape() = default;
};

struct Circle : Shape
{
};

static int nested(int depth)
{
    Tracer tracer{ "depth " + std::to_string(depth) };
    if (depth == 0) {
        throw std::runtime_error("from the bottom");
    }
    return nested(depth - 1) + 1;
}

int main()
{
    try {
        nested(3);
    } catch (const std::exception &e) {
        std::cout << "caught " << e.what() << "\n";
    }
    try {
        try {
            std::vector<int>(3).at(10);
        } catch (const std::out_of_range &) {
            std::throw_with_nested(std::logic_error("outer"));
        }
    } catch (const std::logic_error &e) {
        std::cout << "caught " << e.what() << "\n";
    }
    Shape shape;
    try {
        (void)dynamic_cast<Circle &>(shape);
    } catch (const std::bad_cast &) {
        std::cout << "bad cast\n";
    }
    try {
        (void)new char[1UL << 60];
    } catch (const std::bad_alloc &) {
        std::cout << "bad alloc\n";
    }
    int thrown = 0;
    for (int i = 0; i < 2000; i++) {
        try {
            throw i;
        } catch (int value) {
            thrown += value;
        }
    }
    std::cout << "thrown " << thrown << "\n";

    std::mutex mutex;
    std::map<int, std::string> results;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) {
        threads.emplace_back([&, i] {
            try {
                if (i % 2) {
                    throw std::invalid_argument("odd " + std::to_string(i));
                }
                std::lock_guard lock(mutex);
                results[i] = "even";
            } catch (const std::exception &e) {
                std::lock_guard lock(mutex);
                results[i] = e.what();
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    for (auto &[key, value] : results) {
        std::cout << key << " " << value << "\n";
    }
    auto future = std::async(std::launch::async, []() -> int { throw std::runtime_error("async"); });
    try {
        future.get();
    } catch (const std::exception &e) {
        std::cout << "future " << e.what() << "\n";
    }
    std::vector<double> numbers(1000);
    std::iota(numbers.begin(), numbers.end(), 0.5);
    std::ostringstream text;
    text << std::accumulate(numbers.begin(), numbers.end(), 0.0);
    std::cout << text.str() << std::endl;
    return 0;
}
