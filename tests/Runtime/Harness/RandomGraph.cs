using System;
using System.Runtime.CompilerServices;

namespace Mote.Harness;

/// <summary>
/// Random objects, references and collections, compared with a shadow of the graph in arrays of numbers: what the shadow says is reachable must be there
/// unchanged, and what it says is not must be gone but for a few that a stray word on the stack keeps.
/// </summary>
internal static class RandomGraph
{
    private const int Roots = 64;
    private const int Nodes = 4096;
    private const int Edges = 4;

    private static readonly Node?[] s_roots = new Node?[Roots];
    private static readonly int[] s_rootIds = new int[Roots];
    private static readonly int[] s_edges = new int[Nodes * Edges];
    private static readonly bool[] s_isUsed = new bool[Nodes];
    private static readonly bool[] s_isSeen = new bool[Nodes];
    private static readonly int[] s_queue = new int[Nodes];
    private static readonly WeakReference<Node>?[] s_weak = new WeakReference<Node>?[Nodes];
    private static ulong s_state;

#pragma warning disable CS0649 // Some fields are there for what lies behind them.
    private struct Slot
    {
        public int Tag;
        public Node? Target;
        public long Padding;
    }
#pragma warning restore CS0649

    private sealed class Node
    {
        public int Id;
        public byte[]? Payload;
        public Node? First;
        public readonly object?[] Array = new object?[1];
        public readonly Slot[] Structs = new Slot[2];
    }

    public static void Run(ulong seed, int steps)
    {
        s_state = seed;
        HeapCalls.CheckHeap();
        System.Array.Fill(s_rootIds, -1);
        System.Array.Fill(s_edges, -1);
        int wrong = 0;
        int kept = 0;
        int rounds = 0;
        for (int step = 0; step < steps; step++)
        {
            Step();
            if (Next(600) == 0)
            {
                HeapCalls.NarrowMarkStack((nuint)Next(40) + 2);
                Scrub();
                HeapCalls.Collect();
                wrong += Compare(ref kept);
                rounds++;
            }
        }

        Output.Line($"wrong {wrong}, kept too long {(kept <= rounds * 4 ? "few" : kept)}, rounds {rounds > steps / 1000}");
    }

    private static int Next(int limit)
    {
        s_state = unchecked((s_state * 6364136223846793005) + 1442695040888963407);
        return (int)((s_state >> 33) % (ulong)limit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Scrub()
    {
        Span<byte> space = stackalloc byte[16 * 1024];
        space.Clear();
        return space[5];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Step()
    {
        int root = Next(Roots);
        switch (Next(5))
        {
            case 0 or 1:
                Create(root);
                break;
            case 2:
                Link(Walk(root), Walk(Next(Roots)));
                break;
            case 3:
                Node? target = Walk(Next(Roots));
                s_roots[root] = target;
                s_rootIds[root] = target?.Id ?? -1;
                break;
            default:
                if (Next(4) == 0)
                {
                    s_roots[root] = null;
                    s_rootIds[root] = -1;
                }
                else
                {
                    Unlink(Walk(root));
                }

                break;
        }
    }

    private static void Create(int root)
    {
        int id = Array.IndexOf(s_isUsed, false, Next(Nodes));
        if (id < 0)
        {
            return;
        }

        s_isUsed[id] = true;
        Node node = new() { Id = id };
        int size = Next(30) == 0 ? Next(60_000) : Next(200);
        node.Payload = new byte[size];
        node.Payload.AsSpan().Fill((byte)id);
        s_weak[id] = new WeakReference<Node>(node);
        Node? old = s_roots[root];
        Set(node, Next(Edges), old);
        s_roots[root] = node;
        s_rootIds[root] = id;
    }

    private static void Link(Node? from, Node? to)
    {
        if (from != null)
        {
            Set(from, Next(Edges), to);
        }
    }

    private static void Unlink(Node? from) => Link(from, null);

    private static void Set(Node from, int edge, Node? to)
    {
        s_edges[(from.Id * Edges) + edge] = to?.Id ?? -1;
        switch (edge)
        {
            case 0:
                from.First = to;
                break;
            case 1:
                from.Array[0] = to;
                break;
            default:
                from.Structs[edge - 2].Target = to;
                break;
        }
    }

    private static Node? Get(Node from, int edge) => edge switch
    {
        0 => from.First,
        1 => (Node?)from.Array[0],
        _ => from.Structs[edge - 2].Target,
    };

    private static Node? Walk(int root)
    {
        Node? node = s_roots[root];
        for (int i = Next(6); i > 0 && node != null; i--)
        {
            node = Get(node, Next(Edges)) ?? node;
        }

        return node;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Compare(ref int kept)
    {
        Array.Clear(s_isSeen);
        int count = 0;
        foreach (int id in s_rootIds)
        {
            Reach(id, ref count);
        }

        for (int i = 0; i < count; i++)
        {
            for (int edge = 0; edge < Edges; edge++)
            {
                Reach(s_edges[(s_queue[i] * Edges) + edge], ref count);
            }
        }

        int wrong = 0;
        for (int id = 0; id < Nodes; id++)
        {
            if (!s_isUsed[id])
            {
                continue;
            }

            bool isThere = s_weak[id]!.TryGetTarget(out Node? node);
            if (s_isSeen[id])
            {
                wrong += isThere && IsWhole(node!) ? 0 : 1;
            }
            else if (isThere)
            {
                kept++;
            }
            else
            {
                Forget(id);
            }
        }

        return wrong;
    }

    private static void Reach(int id, ref int count)
    {
        if (id >= 0 && !s_isSeen[id])
        {
            s_isSeen[id] = true;
            s_queue[count++] = id;
        }
    }

    private static bool IsWhole(Node node)
    {
        bool isWhole = node.Payload!.AsSpan().IndexOfAnyExcept((byte)node.Id) < 0;
        for (int edge = 0; edge < Edges; edge++)
        {
            isWhole &= (Get(node, edge)?.Id ?? -1) == s_edges[(node.Id * Edges) + edge];
        }

        return isWhole;
    }

    private static void Forget(int id)
    {
        s_isUsed[id] = false;
        s_weak[id] = null;
        for (int edge = 0; edge < Edges; edge++)
        {
            s_edges[(id * Edges) + edge] = -1;
        }
    }
}
