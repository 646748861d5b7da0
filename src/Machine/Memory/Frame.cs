using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// One 4 KiB frame of untyped memory: program pages, page cache, pipe buffers. A single word, so it cannot tear; <c>default</c> is
/// no frame. Frames are counted: <see cref="TryAllocate"/> gives one reference, mapping takes one, and the last release frees.
/// Contents are only copied, never aliased, so a stale frame can give wrong bytes but cannot reach the kernel's own memory.
/// </summary>
public readonly struct Frame : IEquatable<Frame>
{
    internal Frame(uint number) => Number = number;

    internal uint Number { get; }

    public static Frame None => default;

    public bool IsNone => Number == 0;

    /// <summary>References held on the frame, page-table entries included.</summary>
    public int ReferenceCount => (int)FrameTable.ReferencesOf(Number);

    /// <summary>Part of the boot module: shared for ever, never writable.</summary>
    public bool IsPermanent => FrameTable.StateOf(Number) == FrameState.BootModule;

    /// <summary>Whether it is a device's to write for ever (<see cref="GiveToDevices"/>).</summary>
    public bool IsDevices => FrameTable.StateOf(Number) == FrameState.Device;

    /// <summary>Where a device sees the frame's first byte. What a device may do there is a <see cref="DmaTable"/>'s to say.</summary>
    public PhysAddr DeviceAddress => new((ulong)Number << PageSize.Shift);

    /// <summary>Takes a frame with one reference. False when memory is exhausted.</summary>
    public static bool TryAllocate(FrameFill fill, out Frame frame)
    {
        uint number = FrameTable.Take(FrameState.Untyped);
        frame = new Frame(number);
        if (number == 0)
        {
            return false;
        }

        if (fill == FrameFill.Zero)
        {
            frame.Window(0, PageSize.Bytes).Clear();
        }

        return true;
    }

    public void AddReference()
    {
        CheckHeld();
        FrameTable.AddReference(Number);
    }

    public void Release()
    {
        CheckHeld();
        FrameTable.Release(Number);
    }

    /// <summary>
    /// Lets devices write the frame from now on, for ever: a device that was reset may write late, so references count no more and the frame never goes back to the allocator. It must be
    /// untyped and mapped nowhere.
    /// </summary>
    public void GiveToDevices() => FrameTable.GiveToDevices(Number);

    /// <summary>Copies bytes out of the frame.</summary>
    public void Read(int offset, Span<byte> destination) => Window(offset, destination.Length).CopyTo(destination);

    /// <summary>Copies bytes into the frame; refused for permanent frames.</summary>
    public void Write(int offset, ReadOnlySpan<byte> source) => source.CopyTo(WritableWindow(offset, source.Length));

    /// <summary>The sum of bytes of the frame, as <see cref="Machine.WordSum.Of"/> makes it.</summary>
    public ulong WordSum(int offset, int length) => Machine.WordSum.Of(Window(offset, length));

    public void Clear(int offset, int length) => WritableWindow(offset, length).Clear();

    /// <summary>Copies the whole of <paramref name="source"/> into this frame.</summary>
    public void CopyFrom(Frame source) => source.Window(0, PageSize.Bytes).CopyTo(WritableWindow(0, PageSize.Bytes));

    public bool Equals(Frame other) => Number == other.Number;

    public override bool Equals(object? obj) => obj is Frame other && Equals(other);

    public override int GetHashCode() => (int)Number;

    public static bool operator ==(Frame left, Frame right) => left.Number == right.Number;

    public static bool operator !=(Frame left, Frame right) => left.Number != right.Number;

    /// <summary>The frame's bytes; the caller must not let the span outlive its reference.</summary>
    internal Span<byte> Window(int offset, int length)
    {
        uint number = Number;
        if (FrameTable.StateOf(number) < FrameState.BootModule || !IsInside(offset, length))
        {
            ThrowOutOfFrame();
        }

        // SAFETY: the frame is untyped, a device's or part of the boot module, and the range was checked to lie inside it.
        unsafe
        {
            return unchecked(new Span<byte>(PhysicalMemory.Window(number) + (uint)offset, length));
        }
    }

    /// <summary>A frame that was given back and is the kernel's by now is nobody's to count: releasing it would free a page table or a stack.</summary>
    private void CheckHeld()
    {
        if (FrameTable.StateOf(Number) < FrameState.BootModule)
        {
            ThrowOutOfFrame();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> WritableWindow(int offset, int length)
    {
        uint number = Number;
        if (FrameTable.StateOf(number) < FrameState.Untyped || !IsInside(offset, length))
        {
            ThrowOutOfFrame();
        }

        // SAFETY: the frame is untyped or a device's, and the range was checked to lie inside it.
        unsafe
        {
            return unchecked(new Span<byte>(PhysicalMemory.Window(number) + (uint)offset, length));
        }
    }

    /// <summary>Negative numbers are large ones here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsInside(int offset, int length) => unchecked((ulong)(uint)offset + (uint)length) <= PageSize.Bytes;

    // A method that only throws is never inlined, and the compiler knows that it does not return only if it may look into it.
    private static void ThrowOutOfFrame() => throw new InvalidOperationException("Access outside an untyped frame.");
}
