namespace Mote.Kernel.Net.Wire;

/// <summary>A TCP sequence number: a point on a circle of 2^32 (RFC 9293, 3.4). Comparisons hold for points less than half the circle apart.</summary>
public readonly record struct SeqNo(uint Value)
{
    public static SeqNo operator +(SeqNo at, int bytes) => new(unchecked(at.Value + (uint)bytes));

    public static SeqNo operator +(SeqNo at, uint bytes) => new(unchecked(at.Value + bytes));

    public static SeqNo operator -(SeqNo at, int bytes) => new(unchecked(at.Value - (uint)bytes));

    /// <summary>The distance from one point to another, negative when the first lies before the second.</summary>
    public static int operator -(SeqNo left, SeqNo right) => unchecked((int)(left.Value - right.Value));

    public static bool operator <(SeqNo left, SeqNo right) => left - right < 0;

    public static bool operator >(SeqNo left, SeqNo right) => left - right > 0;

    public static bool operator <=(SeqNo left, SeqNo right) => left - right <= 0;

    public static bool operator >=(SeqNo left, SeqNo right) => left - right >= 0;

    public static SeqNo Max(SeqNo left, SeqNo right) => left < right ? right : left;

    public static SeqNo Min(SeqNo left, SeqNo right) => left < right ? left : right;
}
