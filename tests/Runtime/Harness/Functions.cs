using System;
using System.Collections.Generic;

namespace Mote.Harness;

/// <summary>Delegates, closures, iterators. (No Linq: it is built on generic virtual methods, which need the class library's type loader.)</summary>
internal static class Functions
{
    private delegate int Binary(int left, int right);

    private sealed class Counter
    {
        public event Action<int>? Changed;

        public int Count { get; private set; }

        public void Add(int amount)
        {
            Count += amount;
            Changed?.Invoke(Count);
        }
    }

    private static int Multiply(int left, int right) => left * right;

    private static IEnumerable<int> Fibonacci()
    {
        (int current, int next) = (0, 1);
        try
        {
            while (true)
            {
                yield return current;
                (current, next) = (next, current + next);
            }
        }
        finally
        {
            Output.Line("iterator disposed");
        }
    }

    public static void Run()
    {
        Binary operation = Multiply;
        operation += static (left, right) => left + right;
        Output.Line($"multicast {operation(6, 7)} {operation.GetInvocationList().Length}");

        int captured = 1;
        Func<int, int> closure = value => captured += value;
        closure(10);
        closure(100);
        Output.Line($"closure {captured}");

        Counter counter = new();
        List<int> log = [];
        counter.Changed += log.Add;
        counter.Changed += value => log.Add(-value);
        counter.Add(2);
        counter.Add(3);
        Output.Line($"events {string.Join(' ', log)}");

        List<int> numbers = [];
        foreach (int number in Fibonacci())
        {
            if (number > 50)
            {
                break;
            }

            numbers.Add(number);
        }

        Output.Line($"fibonacci {string.Join(' ', numbers)}");
        Func<string, int> open = string.IsNullOrEmpty("") ? text => text.Length : _ => 0;
        Lazy<string> lazy = new(() => "made once");
        Output.Line($"others {open("four")} {lazy.Value} {lazy.IsValueCreated} {Compose<int>(value => value + 1, value => value * 2)(5)}");
    }

    private static Func<T, T> Compose<T>(Func<T, T> first, Func<T, T> second) => value => second(first(value));
}
