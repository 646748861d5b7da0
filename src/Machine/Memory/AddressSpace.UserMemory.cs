using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

// Access to the program's memory: copies that survive any address. They return what was copied before the first address that the
// fault handler would not make accessible; nothing here throws because of what a program passed.
public sealed unsafe partial class AddressSpace
{
    /// <summary>Copies from the program into <paramref name="to"/>. Returns the bytes copied; fewer than asked means a bad address (EFAULT).</summary>
    public int Read(VirtAddr from, Span<byte> to)
    {
        // SAFETY: the span is pinned for the copy; Copy checks the user range.
        unsafe
        {
            fixed (byte* target = to)
            {
                return (int)Copy(from, target, (ulong)to.Length, PageAccess.Read);
            }
        }
    }

    /// <summary>Copies <paramref name="from"/> to the program. Returns the bytes copied; fewer than asked means a bad address (EFAULT).</summary>
    public int Write(VirtAddr to, ReadOnlySpan<byte> from)
    {
        // SAFETY: the span is pinned for the copy; Copy checks the user range.
        unsafe
        {
            fixed (byte* source = from)
            {
                return (int)Copy(to, source, (ulong)from.Length, PageAccess.Write);
            }
        }
    }

    /// <summary>Copies from the program into a frame. Returns the bytes copied.</summary>
    public int ReadToFrame(VirtAddr from, Frame to, int offset, int length) => Read(from, to.WritableWindow(offset, length));

    /// <summary>Copies from a frame to the program. Returns the bytes copied.</summary>
    public int WriteFromFrame(VirtAddr to, Frame from, int offset, int length) => Write(to, from.Window(offset, length));

    /// <summary>Reads a structure without references. False is EFAULT.</summary>
    public bool TryRead<T>(VirtAddr from, out T value)
        where T : unmanaged
    {
        value = default;

        // SAFETY: the structure is pinned for the copy, which checks the user range.
        unsafe
        {
            fixed (T* target = &value)
            {
                return TryCopyWhole(from, (byte*)target, (ulong)sizeof(T), PageAccess.Read);
            }
        }
    }

    /// <summary>Writes a structure without references; fields the caller did not set are zero, padding included. False is EFAULT.</summary>
    public bool TryWrite<T>(VirtAddr to, in T value)
        where T : unmanaged =>
        TryWriteInline(to, in value);

    /// <summary>The same as part of its caller, for calls that are made millions of times a second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteInline<T>(VirtAddr to, in T value)
        where T : unmanaged
    {
        // SAFETY: the structure is pinned for the copy, which checks the user range.
        unsafe
        {
            fixed (T* source = &value)
            {
                return TryCopyWhole(to, (byte*)source, (ulong)sizeof(T), PageAccess.Write);
            }
        }
    }

    /// <summary>
    /// Reads a NUL-terminated string. Returns its length without the NUL; -1 for a bad address; <c>buffer.Length</c> when no NUL
    /// came within the buffer (ENAMETOOLONG, E2BIG).
    /// </summary>
    public int ReadString(VirtAddr from, Span<byte> buffer)
    {
        // Nearly all strings end in the page that they begin in, which is there.
        if (UsesHardware && from < VirtAddr.UserEnd)
        {
            // SAFETY: the buffer is pinned and no shorter than the limit, within one page of the program's half; the routine reports a
            // fault.
            unsafe
            {
                fixed (byte* target = buffer)
                {
                    ulong limit = (ulong)Math.Min(buffer.Length, PageSize.Bytes - from.PageOffset);
                    long length = Native.UserString(target, (byte*)from.Value, limit);
                    if (length >= 0)
                    {
                        return (int)length;
                    }
                }
            }
        }

        return ReadStringInPieces(from, buffer);
    }

    private int ReadStringInPieces(VirtAddr from, Span<byte> buffer)
    {
        const int FirstPiece = 128; // most paths are shorter, and their buffers are pages
        int done = 0;
        int piece = FirstPiece;
        while (done < buffer.Length)
        {
            // Never across a page: the next one may be unmapped though the string ends before it.
            VirtAddr at = from + (ulong)done;
            int chunk = Math.Min(Math.Min(buffer.Length - done, piece), PageSize.Bytes - at.PageOffset);
            piece = PageSize.Bytes;
            Span<byte> part = buffer.Slice(done, chunk);
            int copied = Read(at, part);
            int end = part[..copied].IndexOf((byte)0);
            if (end >= 0)
            {
                return done + end;
            }

            if (copied < chunk)
            {
                return -1;
            }

            done += chunk;
        }

        return buffer.Length;
    }

    /// <summary>Writes zeros. Returns the bytes written.</summary>
    public ulong Clear(VirtAddr to, ulong length)
    {
        ulong done = 0;
        while (done < length)
        {
            int chunk = (int)Math.Min(length - done, PageSize.Bytes);
            int written = Write(to + done, s_zeros.AsSpan(0, chunk));
            done += (ulong)written;
            if (written < chunk)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Atomically replaces a 32-bit word that equals <paramref name="expected"/>; <paramref name="actual"/> is what it held. False is EFAULT (or a misaligned address).</summary>
    public bool TryCompareExchange(VirtAddr address, uint expected, uint desired, out uint actual)
    {
        actual = 0;
        if ((address.Value & 3) != 0 || !VirtAddr.IsUserRange(address, sizeof(uint)))
        {
            return false;
        }

        uint seen = 0;
        while (true)
        {
            // SAFETY: an aligned word in the user range; the routine reports a fault instead of taking it.
            unsafe
            {
                bool done = UsesHardware
                    ? Native.UserCompareExchange(address.Value, expected, desired, &seen) == 0
                    : HostedCompareExchange(address, expected, desired, out seen);
                actual = seen;
                if (done)
                {
                    return true;
                }
            }

            if (!_faults.TryResolve(address, PageAccess.Write))
            {
                return false;
            }
        }
    }

    private static readonly byte[] s_zeros = new byte[PageSize.Bytes];

    /// <summary>The CPU's own translation serves the current space; another one's pages are found by walking its tables.</summary>
    private bool UsesHardware
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !MachineKind.IsHosted && PerCpu.CurrentSpace == this;
    }

    // Nearly all structures lie in pages that are there: the rest is another method's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryCopyWhole(VirtAddr user, byte* kernel, ulong length, PageAccess access) =>
        (UsesHardware && VirtAddr.IsUserRange(user, length) && CopyWhole(user.Value, kernel, length, access) == 0)
        || TryCopyResolving(user, kernel, length, access);

    /// <summary>Copies a structure, whose size the compiler knows. Zero when it was copied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong CopyWhole(ulong user, byte* kernel, ulong length, PageAccess access)
    {
        // SAFETY: the user range was checked; the routines report a fault on the user side.
        unsafe
        {
            byte* to = access == PageAccess.Write ? (byte*)user : kernel;
            byte* from = access == PageAccess.Write ? kernel : (byte*)user;
            return length switch
            {
                4 => (ulong)Native.UserCopy4(to, from),
                8 => (ulong)Native.UserCopy8(to, from),
                16 => (ulong)Native.UserCopy16(to, from),
                _ => Native.UserCopy(to, from, length),
            };
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryCopyResolving(VirtAddr user, byte* kernel, ulong length, PageAccess access) => Copy(user, kernel, length, access) == length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Copy(VirtAddr user, byte* kernel, ulong length, PageAccess access)
    {
        // What lies above the program's half is as absent as an unmapped page.
        ulong allowed = user < VirtAddr.UserEnd ? Math.Min(length, VirtAddr.UserEnd - user) : 0;
        if (!UsesHardware || allowed == 0)
        {
            return CopyResolving(user, kernel, allowed, allowed, access);
        }

        ulong left = CopyByHardware(user.Value, kernel, allowed, access);
        return left == 0 ? allowed : CopyResolving(user, kernel, allowed, left, access);
    }

    /// <summary>Copies the last <paramref name="left"/> of the bytes, having what is missing paged in. Returns the bytes copied.</summary>
    private ulong CopyResolving(VirtAddr user, byte* kernel, ulong allowed, ulong left, PageAccess access)
    {
        ulong done = allowed - left;
        ulong lastFault = ulong.MaxValue;
        bool isFirst = UsesHardware;
        while (done < allowed)
        {
            if (!isFirst)
            {
                left = UsesHardware
                    ? CopyByHardware(user.Value + done, kernel + done, allowed - done, access)
                    : CopyByWalk(user.Value + done, kernel + done, allowed - done, access);
                done = allowed - left;
                if (left == 0)
                {
                    break;
                }
            }

            isFirst = false;

            // The copy may stop short of the faulting byte; the first page not yet wholly accessible is the one to ask for.
            VirtAddr fault = FirstInaccessible(user + done, left, access);
            if (fault.Value == lastFault || !_faults.TryResolve(fault, access))
            {
                ulong reachable = fault - (user + done);
                return done + reachable - CopyByWalk(user.Value + done, kernel + done, reachable, access);
            }

            lastFault = fault.Value;
        }

        return done;
    }

    private VirtAddr FirstInaccessible(VirtAddr start, ulong length, PageAccess access)
    {
        for (VirtAddr at = start; at.Value < start.Value + length; at = at.PageStart + PageSize.Bytes)
        {
            PageEntry entry = Query(at);
            if (!entry.IsPresent || (access & ~entry.Access) != 0)
            {
                return at;
            }
        }

        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong CopyByHardware(ulong user, byte* kernel, ulong length, PageAccess access)
    {
        // SAFETY: the user range was checked; the routine turns a fault on the user side into a short count.
        unsafe
        {
            return access == PageAccess.Write
                ? Native.UserCopy((byte*)user, kernel, length)
                : Native.UserCopy(kernel, (byte*)user, length);
        }
    }

    /// <summary>Copies through the direct map, a page at a time. Returns the bytes not copied.</summary>
    private ulong CopyByWalk(ulong user, byte* kernel, ulong length, PageAccess access)
    {
        while (length > 0)
        {
            VirtAddr at = new(user);
            PageEntry entry = Query(at);
            if (!entry.IsPresent || (access & ~entry.Access) != 0)
            {
                return length;
            }

            int chunk = (int)Math.Min(length, (ulong)(PageSize.Bytes - at.PageOffset));

            // SAFETY: chunk bytes from this offset lie inside the mapped frame; kernel has at least length bytes.
            unsafe
            {
                byte* window = PhysicalMemory.Window(entry.Frame.Number) + at.PageOffset;
                if (access == PageAccess.Write)
                {
                    new Span<byte>(kernel, chunk).CopyTo(new Span<byte>(window, chunk));
                }
                else
                {
                    new Span<byte>(window, chunk).CopyTo(new Span<byte>(kernel, chunk));
                }
            }

            user += (ulong)chunk;
            kernel += chunk;
            length -= (ulong)chunk;
        }

        return 0;
    }

    private bool HostedCompareExchange(VirtAddr address, uint expected, uint desired, out uint actual)
    {
        PageEntry entry = Query(address);
        actual = 0;
        if (!entry.IsPresent || (entry.Access & PageAccess.Write) == 0)
        {
            return false;
        }

        // SAFETY: an aligned word inside the mapped frame.
        unsafe
        {
            actual = System.Threading.Interlocked.CompareExchange(
                ref *(uint*)(PhysicalMemory.Window(entry.Frame.Number) + address.PageOffset), desired, expected);
        }

        return true;
    }
}
