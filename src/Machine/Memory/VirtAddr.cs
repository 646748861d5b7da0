using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>A virtual address. Programs own the lower half (0 up to <see cref="UserEnd"/>); the kernel owns the upper half.</summary>
public readonly record struct VirtAddr(ulong Value) : IComparable<VirtAddr>
{
    /// <summary>First address above what a program can map: the last page of the lower half stays unmapped, as on Linux (TASK_SIZE_MAX).</summary>
    public static readonly VirtAddr UserEnd = new(0x0000_7fff_ffff_f000);

    public VirtAddr PageStart => new(Value & ~(ulong)PageSize.Mask);

    public int PageOffset => (int)(Value & PageSize.Mask);

    public bool IsPageAligned => (Value & PageSize.Mask) == 0;

    public bool IsUser => Value < UserEnd.Value;

    /// <summary>True when the whole range lies in the program's half; a length that wraps is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUserRange(VirtAddr start, ulong length) =>
        length <= UserEnd.Value && start.Value <= unchecked(UserEnd.Value - length);

    public int CompareTo(VirtAddr other) => Value.CompareTo(other.Value);

    public static VirtAddr operator +(VirtAddr address, ulong bytes) => new(unchecked(address.Value + bytes));

    public static VirtAddr operator -(VirtAddr address, ulong bytes) => new(unchecked(address.Value - bytes));

    public static ulong operator -(VirtAddr left, VirtAddr right) => unchecked(left.Value - right.Value);

    public static bool operator <(VirtAddr left, VirtAddr right) => left.Value < right.Value;

    public static bool operator >(VirtAddr left, VirtAddr right) => left.Value > right.Value;

    public static bool operator <=(VirtAddr left, VirtAddr right) => left.Value <= right.Value;

    public static bool operator >=(VirtAddr left, VirtAddr right) => left.Value >= right.Value;

    public override string ToString() => "0x" + Value.ToString("x");
}
