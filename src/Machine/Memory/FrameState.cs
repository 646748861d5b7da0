namespace Mote.Machine;

/// <summary>What a frame is in use for. Only untyped frames can be read, written or mapped through <see cref="Frame"/>.</summary>
internal enum FrameState : byte
{
    /// <summary>Never handed out, or on the free list.</summary>
    Free,

    /// <summary>Program pages, page cache, pipes: bytes without meaning to the kernel.</summary>
    Untyped,

    /// <summary>Part of the boot module: read-only, never freed.</summary>
    BootModule,

    /// <summary>Heap, stacks, page tables, DMA memory, contexts.</summary>
    Kernel,
}
