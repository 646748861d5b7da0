using System;
using System.Collections;
using System.Collections.Generic;

namespace Mote.Harness;

/// <summary>Call sites that see one, a few and very many types.</summary>
internal static class Dispatch
{
    private interface INumbered
    {
        int Number { get; }

        int Plus(int other, double factor, string text) => Number + other + (int)factor + text.Length;
    }

    private abstract class Animal : INumbered
    {
        public abstract int Number { get; }

        public virtual string Sound => "none";
    }

    private sealed class Cat : Animal
    {
        public override int Number => 1;

        public override string Sound => "meow";
    }

    private sealed class Dog : Animal, INumbered, IEnumerable<int>
    {
        public override int Number => 2;

        public IEnumerator<int> GetEnumerator()
        {
            for (int i = 0; i < 3; i++)
            {
                yield return Number * i;
            }
        }

        int INumbered.Plus(int other, double factor, string text) => -1;

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private readonly struct Value(int number) : INumbered
    {
        public int Number => number;
    }

    private sealed class Many<T> : INumbered
    {
        public int Number => 10;
    }

    private static int Total(INumbered[] all, int rounds)
    {
        int total = 0;
        for (int i = 0; i < rounds; i++)
        {
            foreach (INumbered one in all)
            {
                total += one.Number;
            }
        }

        return total;
    }

    public static void Run()
    {
        INumbered[] one = [new Cat(), new Cat()];
        Output.Line($"monomorphic {Total(one, 100)}");
        INumbered[] few = [new Cat(), new Dog(), new Value(5)];
        Output.Line($"polymorphic {Total(few, 100)}");
        INumbered[] many =
        [
            new Many<int>(), new Many<long>(), new Many<byte>(), new Many<short>(), new Many<char>(), new Many<float>(), new Many<double>(), new Many<bool>(),
            new Many<uint>(), new Many<ulong>(), new Many<sbyte>(), new Many<ushort>(), new Many<decimal>(), new Many<Guid>(), new Many<nint>(), new Many<nuint>(),
            new Many<TimeSpan>(), new Many<Half>(), new Many<Index>(), new Many<string>(), new Many<Range>(), new Cat(), new Dog(), new Value(1),
        ];
        Output.Line($"megamorphic {Total(many, 100)}");
        int arguments = 0;
        foreach (INumbered number in few)
        {
            arguments += number.Plus(100, 2.5, "four");
        }

        Output.Line($"arguments {arguments}");
        Animal[] animals = [new Cat(), new Dog()];
        Output.Line($"virtual {animals[0].Sound} {animals[1].Sound} {string.Join(',', (Dog)animals[1])}");
    }
}
