using System;
using System.Collections.Generic;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mote.Harness;

/// <summary>What survives a collection and what does not. Each fact builds its objects in a method of its own, so that no stack slot keeps them.</summary>
internal static class Collecting
{
#pragma warning disable CS0649 // Some fields are there for what lies behind them.
    private static object? s_kept;
    private static object[] s_array = [];

    [ThreadStatic]
    private static object? t_kept;

    private sealed class Node
    {
        public Node? Next;
        public Node? Other;
        public long Value;
    }

    private struct Pair
    {
        public object? First;
        public long Number;
        public object? Second;
    }

    private struct AllReferences
    {
        public object? First;
        public object? Second;
    }

    private sealed class Wide
    {
        public object? A;
        public Pair B;
        public int C;
        public AllReferences D;
        public byte[]? E;
    }
#pragma warning restore CS0649

    public static void Run(bool isChecked)
    {
        if (isChecked)
        {
            HeapCalls.CheckHeap();
        }

        Say("dead objects", CountsOf(MakeGarbage), 0);
        Say("list", CountsOf(MakeList), 10_000);
        Say("list is whole", SumList(), 49_995_000);
        s_kept = null;
        Say("cycle", CountsOf(MakeCycle), 0);
        Say("tree", CountsOf(() => s_kept = MakeTree(12)), (1 << 13) - 1);
        s_kept = null;
        t_kept = s_kept;
        Say("thread static", CountsOf(() => t_kept = MakeTree(5)), 63);
        t_kept = null;
        Say("array of structs", CountsOf(MakePairs), 1 + 3000);
        Say("array of structs is whole", CheckPairs(), 3000);
        Say("array of pure structs", CountsOf(MakeAllReferences), 1 + 2000);
        s_kept = null;
        Say("fields of all kinds", CountsOf(MakeWide), 7);
        s_kept = null;
        Say("two dimensions", CountsOf(MakeTwoDimensions), 1 + 100);
        s_kept = null;
        Say("interior pointer", InteriorPointer(), 1234);
        Say("span of a large array", LargeSpan(), 77);
        Handles();
        DependentHandles();
        Overflow();
        LargeObjects();
        Fragmentation();
        MemoryComesBack();
        Say("dictionary", DictionaryChurn(), 5000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Say(string what, long actual, long expected) => Output.Line($"{what}: {(actual == expected ? "ok" : $"{actual} and not {expected}")}");

    // Stack slots below may hold what the last call left; this overwrites some of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Scrub()
    {
        Span<byte> space = stackalloc byte[16 * 1024];
        space.Clear();
        return space[5];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long CountsOf(Action make)
    {
        Scrub();
        HeapCalls.Collect();
        nuint before = HeapCalls.Statistics.LiveObjects;
        make();
        Scrub();
        HeapCalls.Collect();
        return (long)(HeapCalls.Statistics.LiveObjects - before);
    }

    private static void MakeGarbage()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _ = new Node { Value = i };
            _ = new byte[i];
        }
    }

    private static void MakeList()
    {
        Node? list = null;
        for (int i = 0; i < 10_000; i++)
        {
            list = new Node { Next = list, Value = i };
            _ = new Node { Next = list };
        }

        s_kept = list;
    }

    private static long SumList()
    {
        long sum = 0;
        for (Node? node = (Node?)s_kept; node != null; node = node.Next)
        {
            sum += node.Value;
        }

        return sum;
    }

    private static void MakeCycle()
    {
        Node first = new();
        Node last = first;
        for (int i = 0; i < 100; i++)
        {
            last = new Node { Next = last, Other = first };
        }

        first.Next = last;
    }

    private static Node? MakeTree(int depth) => depth < 0 ? null : new Node { Next = MakeTree(depth - 1), Other = MakeTree(depth - 1) };

    private static void MakePairs()
    {
        Pair[] pairs = new Pair[1500];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new Pair { First = new Node { Value = i }, Number = long.MaxValue, Second = new Node { Value = -i } };
        }

        s_kept = pairs;
    }

    private static long CheckPairs()
    {
        Pair[] pairs = (Pair[])s_kept!;
        long right = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            right += ((Node)pairs[i].First!).Value == i ? 1 : 0;
            right += ((Node)pairs[i].Second!).Value == -i ? 1 : 0;
        }

        s_kept = null;
        return right;
    }

    private static void MakeAllReferences()
    {
        AllReferences[] array = new AllReferences[1000];
        for (int i = 0; i < array.Length; i++)
        {
            array[i] = new AllReferences { First = new Node(), Second = new byte[i] };
        }

        s_kept = array;
    }

    private static void MakeWide() => s_kept = new Wide
    {
        A = new Node(),
        B = new Pair { First = new Node(), Second = new Node() },
        D = new AllReferences { First = new Node(), Second = new Node() },
        E = new byte[100],
    };

    private static void MakeTwoDimensions()
    {
        object[,] table = new object[10, 10];
        for (int i = 0; i < 100; i++)
        {
            table[i / 10, i % 10] = new Node();
        }

        s_kept = table;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref long Inner() => ref new Node { Value = 1234 }.Value;

    private static long InteriorPointer()
    {
        ref long inner = ref Inner();
        Scrub();
        HeapCalls.Collect();
        MakeGarbage();
        return inner;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Span<byte> LargeTail()
    {
        byte[] large = new byte[200_000];
        large[150_007] = 77;
        return large.AsSpan(150_000);
    }

    private static long LargeSpan()
    {
        Span<byte> tail = LargeTail();
        Scrub();
        HeapCalls.Collect();
        s_kept = new byte[300_000];
        s_kept = null;
        return tail[7];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GCHandle Handle(GCHandleType type) => GCHandle.Alloc(new Node { Value = 5 }, type);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ValueOf(GCHandle handle) => ((Node?)handle.Target)?.Value ?? 0;

    private static void Handles()
    {
        GCHandle weak = Handle(GCHandleType.Weak);
        GCHandle weakLong = Handle(GCHandleType.WeakTrackResurrection);
        GCHandle strong = Handle(GCHandleType.Normal);
        GCHandle weakOfStrong = WeakOf(strong);
        Scrub();
        HeapCalls.Collect();
        Say("weak handle", ValueOf(weak), 0);
        Say("long weak handle", ValueOf(weakLong), 0);
        Say("strong handle", ValueOf(strong), 5);
        Say("weak handle of a live object", ValueOf(weakOfStrong), 5);
        strong.Free();
        Scrub();
        HeapCalls.Collect();
        Say("weak handle of a freed one", ValueOf(weakOfStrong), 0);
        weak.Free();
        weakLong.Free();
        weakOfStrong.Free();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GCHandle WeakOf(GCHandle other) => GCHandle.Alloc(other.Target, GCHandleType.Weak);

    // A chain: each handle's object is what the handle before keeps alive. In the worst order each round finds one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DependentHandle[] Chain(int length, bool isReverse)
    {
        Node[] nodes = new Node[length + 1];
        for (int i = 0; i <= length; i++)
        {
            nodes[i] = new Node { Value = i };
        }

        DependentHandle[] handles = new DependentHandle[length];
        for (int i = 0; i < length; i++)
        {
            int from = isReverse ? length - 1 - i : i;
            handles[from] = new DependentHandle(nodes[from], nodes[from + 1]);
        }

        s_kept = nodes[0];
        return handles;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LiveOf(DependentHandle[] handles)
    {
        int live = 0;
        for (int i = 0; i < handles.Length; i++)
        {
            live += handles[i].Target is Node { } node && handles[i].Dependent is Node { } next && next.Value == node.Value + 1 ? 1 : 0;
        }

        return live;
    }

    private static void DependentHandles()
    {
        foreach (bool isReverse in new[] { false, true })
        {
            DependentHandle[] handles = Chain(50, isReverse);
            Scrub();
            HeapCalls.Collect();
            Say("dependent handles of a live object", LiveOf(handles), 50);
            s_kept = null;
            Scrub();
            HeapCalls.Collect();
            Say("dependent handles of a dead object", LiveOf(handles), 0);
            foreach (DependentHandle handle in handles)
            {
                handle.Dispose();
            }
        }

        Table();
    }

    private static void Table()
    {
        ConditionalWeakTable<object, Node> table = [];
        object key = new();
        Fill(table, key);
        Scrub();
        HeapCalls.Collect();
        Say("weak table", table.TryGetValue(key, out Node? node) ? node.Value : -1, 9);
        int count = 0;
        foreach (KeyValuePair<object, Node> _ in table)
        {
            count++;
        }

        Say("weak table drops", count, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fill(ConditionalWeakTable<object, Node> table, object key)
    {
        for (int i = 0; i < 100; i++)
        {
            table.Add(new object(), new Node { Value = i });
        }

        table.Add(key, new Node { Value = 9 });
    }

    private static void Overflow()
    {
        nuint before = HeapCalls.Statistics.MarkStackOverflows;
        HeapCalls.NarrowMarkStack(4);
        Say("tree on a small mark stack", CountsOf(() => s_kept = MakeTree(12)), (1 << 13) - 1);
        s_kept = null;
        Say("wide arrays on a small mark stack", CountsOf(MakeWideArrays), 1 + 300 + (300 * 300));
        Say("mark stack was too small", HeapCalls.Statistics.MarkStackOverflows > before ? 1 : 0, 1);
        HeapCalls.NarrowMarkStack(0);
        s_kept = null;
    }

    private static void MakeWideArrays()
    {
        object[][] all = new object[300][];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new object[300];
            for (int j = 0; j < all.Length; j++)
            {
                all[i][j] = new Node[1];
            }
        }

        s_kept = all;
    }

    private static void LargeObjects()
    {
        byte[][] kept = new byte[20][];
        for (int round = 0; round < 30; round++)
        {
            for (int i = 0; i < kept.Length; i++)
            {
                if ((i + round) % 3 == 0)
                {
                    kept[i] = new byte[(i * 9000) + (round * 100)];
                    kept[i].AsSpan().Fill((byte)i);
                }
            }

            HeapCalls.Collect();
        }

        int wrong = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            wrong += kept[i].AsSpan().IndexOfAnyExcept((byte)i) < 0 ? 0 : 1;
        }

        Say("large objects", wrong, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillThin()
    {
        s_array = new object[20_000];
        for (int i = 0; i < s_array.Length; i++)
        {
            s_array[i] = new Node { Value = i };
        }

        for (int i = 0; i < s_array.Length; i++)
        {
            if (i % 7 != 0)
            {
                s_array[i] = null!;
            }
        }
    }

    private static void Fragmentation()
    {
        FillThin();
        Scrub();
        HeapCalls.Collect();
        nuint before = HeapCalls.Statistics.CommittedBytes;
        int wrong = 0;
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 17_000; i++)
            {
                wrong += new Node { Next = null }.Value == 0 ? 0 : 1;
            }

            HeapCalls.Collect();
        }

        for (int i = 0; i < s_array.Length; i += 7)
        {
            wrong += ((Node)s_array[i]).Value == i ? 0 : 1;
        }

        Say("holes are filled", wrong, 0);
        Say("holes serve", HeapCalls.Statistics.CommittedBytes <= before ? 1 : 0, 1);
        s_array = [];
    }

    private static void MemoryComesBack()
    {
        Scrub();
        HeapCalls.Collect();
        nuint pages = HeapCalls.PageCount();
        nuint blocks = HeapCalls.Statistics.Blocks;
        for (int i = 0; i < 20; i++)
        {
            MakeGarbage();
            s_kept = new byte[1_000_000];
            s_kept = null;
            Scrub();
            HeapCalls.Collect();
        }

        Say("pages come back", HeapCalls.PageCount() <= pages + 8 ? 1 : 0, 1);
        Say("blocks come back", HeapCalls.Statistics.Blocks <= blocks + 4 ? 1 : 0, 1);
    }

    private static long DictionaryChurn()
    {
        Dictionary<string, List<int>> map = [];
        for (int i = 0; i < 40_000; i++)
        {
            map[$"key {i}"] = [i, i + 1];
            if (i >= 5000)
            {
                map.Remove($"key {i - 5000}");
            }

            if (i % 2500 == 0)
            {
                HeapCalls.Collect();
            }
        }

        long right = 0;
        foreach (KeyValuePair<string, List<int>> pair in map)
        {
            right += pair.Key == $"key {pair.Value[0]}" && pair.Value[1] == pair.Value[0] + 1 ? 1 : 0;
        }

        return right;
    }
}
