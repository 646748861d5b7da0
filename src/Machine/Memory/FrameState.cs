namespace Mote.Machine;

/// <summary>What a frame is in use for. Only those from <see cref="BootModule"/> on can be read or mapped through <see cref="Frame"/>, from <see cref="Untyped"/> on written.</summary>
internal enum FrameState : byte
{
    /// <summary>Never handed out, or on the free list.</summary>
    Free,

    /// <summary>Heap, stacks, page tables, DMA memory, contexts.</summary>
    Kernel,

    /// <summary>Part of the boot module: read-only, never freed.</summary>
    BootModule,

    /// <summary>Program pages, page cache, pipes: bytes without meaning to the kernel.</summary>
    Untyped,

    /// <summary>As <see cref="Untyped"/>, but a device may write it at any time: never mapped, never freed.</summary>
    Device,
}
