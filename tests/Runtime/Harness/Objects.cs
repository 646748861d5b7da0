using System;
using System.Collections.Generic;

namespace Mote.Harness;

/// <summary>Casts, boxes, equality, hash codes of objects.</summary>
internal static class Objects
{
    private class Base
    {
        public override string ToString() => "base";
    }

    private sealed class Derived : Base, IComparable<Derived>
    {
        public int CompareTo(Derived? other) => 0;
    }

    [Flags]
    private enum Colors : byte
    {
        None = 0,
        Red = 1,
        Green = 2,
    }

    private struct Mutable
    {
        public int Count;

        public int Increment() => ++Count;
    }

    private static string Kind(object? value) => value switch
    {
        null => "null",
        int and > 5 => "large int",
        int => "int",
        string { Length: > 3 } text => "text " + text,
        Derived => "derived",
        Base => "base",
        int[] => "ints",
        object[] array => "objects " + array.Length,
        IComparable => "comparable",
        Delegate => "delegate",
        _ => "other",
    };

    public static void Run()
    {
        object?[] values = [null, 3, 30, "abc", "abcd", new Derived(), new Base(), new int[2], new string[3], 4.5, (Action)Run, new object(), Colors.Red];
        foreach (object? value in values)
        {
            Output.Line("kind " + Kind(value));
        }

        object box = new Mutable { Count = 5 };
        Mutable copy = (Mutable)box;
        copy.Increment();
        Output.Line($"box {((Mutable)box).Count} {copy.Count} {box.Equals(new Mutable { Count = 5 })}");
        Colors both = Colors.Red | Colors.Green;
        Output.Line($"enum {(byte)both} {both.HasFlag(Colors.Green)} {((object)both).Equals(Colors.Red)}");

        object first = new();
        object second = new();
        Output.Line($"identity {first.Equals(second)} {ReferenceEquals(first, first)} {first.GetHashCode() == first.GetHashCode()}");
        HashSet<object> seen = [];
        for (int i = 0; i < 200; i++)
        {
            seen.Add(new object());
        }

        Output.Line($"distinct {seen.Count}");
        Base[] bases = new Derived[1];
        bases[0] = new Derived();
        lock (first)
        {
            Output.Line($"array {bases[0]} {bases is Derived[]} {(object)bases is Base[]}");
        }

        Output.Line($"checked {unchecked((byte)300)} {unchecked(int.MaxValue + 1)} {-7 / 2} {-7 % 3} {7.9 % 2.5} {(int)3.99} {(long)-1.5f}");
    }
}
