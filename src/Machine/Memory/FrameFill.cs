namespace Mote.Machine;

/// <summary>What a new frame holds.</summary>
public enum FrameFill
{
    /// <summary>Every byte zero: what a program may see.</summary>
    Zero,

    /// <summary>Leftovers: for a caller that overwrites the whole frame before anyone reads it.</summary>
    Leftover,
}
