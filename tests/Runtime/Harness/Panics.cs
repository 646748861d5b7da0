using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Mote.Harness;

/// <summary>Ways to end in a panic.</summary>
internal static class Panics
{
    private sealed class LostException(string message) : InvalidOperationException(message);

    private class Node;

    private sealed class Leaf : Node;

    public static void Run(string name)
    {
        switch (name)
        {
            case "throw":
                Deep.Throw(3);
                break;
            case "lambda":
                new List<int> { 1 }.ForEach(static _ => throw new LostException("in a lambda"));
                break;
            case "rethrow":
                Rethrow();
                break;
            case "index":
                Index(new int[4], 4);
                break;
            case "cast":
                Cast(new Node());
                break;
            case "fail-fast":
                Environment.FailFast("given up");
                break;
            case "null":
                Length(name == "" ? "" : null);
                break;
            case "wild":
                CallNull(default);
                break;
            case "overflow":
                Recurse(1);
                break;
            case "memory":
                Fill();
                break;
            case "log":
                RuntimeCalls.FailWithLog(static () => Deep.Throw(3));
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rethrow()
    {
        try
        {
            Deep.Throw(1);
        }
        catch (LostException)
        {
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Index(int[] values, int index) => values[index];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Leaf Cast(Node node) => (Leaf)node;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Length(string? text) => text!.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CallNull(nint target)
    {
        // SAFETY: that it is not safe is the point: it jumps to address 0.
        unsafe
        {
            return ((delegate*<int>)target)() + 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Recurse(int depth) => Recurse(depth + 1) + depth;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill()
    {
        List<byte[]> all = [];
        while (true)
        {
            all.Add(new byte[1 << 20]);
        }
    }

    private static class Deep
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Throw(int depth)
        {
            if (depth > 0)
            {
                Throw(depth - 1);
                return;
            }

            throw new LostException("lost at the bottom");
        }
    }
}
