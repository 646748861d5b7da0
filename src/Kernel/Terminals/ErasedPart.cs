namespace Mote.Kernel.Terminals;

/// <summary>What VERASE, VWERASE and VKILL take from a line.</summary>
internal enum ErasedPart
{
    Character,
    Word,
    Line,
}
