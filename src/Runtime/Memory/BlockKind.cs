namespace Mote.Runtime;

/// <summary>What a block of <see cref="BlockSpace"/> is used for: one byte of its table.</summary>
internal enum BlockKind : byte
{
    /// <summary>Nothing; no page of it is in use.</summary>
    Free,

    /// <summary>Objects of one size class behind a <see cref="BlockHeader"/>.</summary>
    Small,

    /// <summary>The start of a run of blocks with one object behind a <see cref="BlockHeader"/>.</summary>
    Large,

    /// <summary>A further block of a run.</summary>
    Rest,

    /// <summary>Memory that the runtime keeps for good and that holds no objects.</summary>
    Native,
}
