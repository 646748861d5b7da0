using System;

namespace Mote.Machine;

/// <summary>The physical addresses that are RAM or the machine layer's own devices, and so not for drivers.</summary>
internal static class DeviceSpace
{
    /// <summary>
    /// Physical addresses have 52 bits at most (SDM volume 3, 4.1.4). Some VMMs put windows at the end of what the CPU has.
    /// </summary>
    internal const ulong Highest = 1UL << MostBits;

    private const int MostBits = 52;

    /// <summary>Every CPU of long mode has as many; below them nobody is asked.</summary>
    private const int LeastBits = 36;

    private const uint AddressSizeLeaf = 0x8000_0008;

    private const int MaxRanges = 96;
    private static readonly ulong[] s_starts = new ulong[MaxRanges];
    private static readonly ulong[] s_ends = new ulong[MaxRanges];
    private static int s_count;

    internal static void Reserve(ulong start, ulong end)
    {
        if (s_count < MaxRanges)
        {
            s_starts[s_count] = start;
            s_ends[s_count++] = end;
        }
    }

    internal static bool IsFree(ulong start, ulong length)
    {
        if (start >= Highest || length > Highest - start || !IsAddress(start + length - 1))
        {
            return false;
        }

        for (int i = 0; i < s_count; i++)
        {
            if (start < s_ends[i] && s_starts[i] < start + length)
            {
                return false;
            }
        }

        return s_count is > 0 and < MaxRanges;
    }

    /// <summary>Whether the CPU has wires for an address: a page-table entry with another one faults.</summary>
    private static bool IsAddress(ulong last) =>
        last >> LeastBits == 0 || last >> Math.Clamp((int)(CpuIdentification.Read(AddressSizeLeaf).Eax & 0xff), LeastBits, MostBits) == 0;
}
