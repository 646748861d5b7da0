using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Harness;

/// <summary>Calls what Runtime offers to Machine and to tests.</summary>
internal static unsafe class RuntimeCalls
{
    private sealed class Node
    {
        public Node? Next;
        public long A;
        public long B;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteWalkStack")]
    private static extern unsafe int Walk(nint ip, nint rsp, nint rbp, nint* buffer, int max);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteSetPanicLog")]
    private static extern unsafe void SetPanicLog(byte* ring, ulong size, ulong* written);

    /// <summary>Panics with a log whose ring has wrapped: its first line is cut.</summary>
    public static void FailWithLog(Action fail)
    {
        ReadOnlySpan<byte> text = "gone\nfirst whole\nlast\n"u8;
        const ulong Size = 19;

        // SAFETY: the ring lies in the frame of a method that does not return.
        unsafe
        {
            byte* ring = stackalloc byte[(int)Size];
            ulong written = (ulong)text.Length;
            for (int i = 0; i < text.Length; i++)
            {
                ring[i % (int)Size] = text[i];
            }

            SetPanicLog(ring, Size, &written);
            fail();
        }
    }

    /// <summary>More than the first memory holds, large and small objects in turn.</summary>
    public static void GrowHeap()
    {
        HeapCalls.SetLimit(256 << 20);
        const int Count = 100;
        byte[][] large = new byte[Count][];
        Node? list = null;
        for (int i = 0; i < Count; i++)
        {
            large[i] = new byte[(1 << 20) - (i * 17)];
            large[i].AsSpan().Fill((byte)i);
            for (int j = 0; j < 1000; j++)
            {
                list = new Node { Next = list, A = i, B = j };
            }
        }

        int wrong = 0;
        for (int i = 0; i < Count; i++)
        {
            wrong += large[i].AsSpan().IndexOfAnyExcept((byte)i) < 0 ? 0 : 1;
        }

        long sum = 0;
        for (; list != null; list = list.Next)
        {
            sum += list.A + list.B;
        }

        Output.Line($"{wrong} wrong, sum {sum}");
    }

    public static void WalkStacks()
    {
        const int Max = 32;
        // SAFETY: the walk checks what it reads and writes at most Max addresses.
        unsafe
        {
            nint* buffer = stackalloc nint[Max];
            nint code = (nint)(delegate*<void>)&WalkStacks + 20;
            nint here = (nint)buffer & -8;
            // The stack pointer is not that of this frame: the walk may stop at once, but nowhere else than at the end.
            Output.Line($"own stack {Walk(code, here, here, buffer, Max) is >= 0 and <= Max}");
            Output.Line($"garbage {Walk(code, 0x1234, 0x5678, buffer, Max)} {Walk(code, -1, -1, buffer, Max)} {Walk(code, nint.MinValue, nint.MinValue, buffer, Max)} {Walk(0, here, here, buffer, Max)} {Walk(-5, here, 0, buffer, Max)}");
        }
    }

    public static void CountAllocations()
    {
        const int Count = 1000;
        Node? list = null;
        nuint bytes = HeapCalls.AllocatedBytes();
        nuint objects = HeapCalls.AllocationCount();
        for (int i = 0; i < Count; i++)
        {
            list = new Node { Next = list, A = i, B = -i };
        }

        objects = HeapCalls.AllocationCount() - objects;
        bytes = HeapCalls.AllocatedBytes() - bytes;
        Output.Line($"{objects} objects, {bytes} bytes");
        GC.KeepAlive(list);
    }
}
