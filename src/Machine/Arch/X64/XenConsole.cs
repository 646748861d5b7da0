using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// The console of a Xen guest, output only (public/io/console.h): a page that is shared with the host's console daemon has a ring of two
/// KiB, and an event channel tells of new bytes. Before the kernel has its
/// page tables, Xen's own log takes them (port 0xe9).
/// </summary>
internal static unsafe class XenConsole
{
    private const uint PageParameter = 17, ChannelParameter = 18;
    private const int OutputOffset = 1024, OutputBytes = 2048, ConsumedOffset = 3080, ProducedOffset = 3084;
    private const ushort LogPort = 0xe9;

    /// <summary>Turns that the daemon gets to empty the ring.</summary>
    private const int Patience = 200_000;

    private static byte* s_page;
    private static uint s_channel;
    private static bool s_isSought;

    /// <summary>Whether this is a guest of Xen's.</summary>
    internal static bool IsThere => CpuFeatures.Hypervisor.Kind == HypervisorKind.Xen;

    /// <summary>Writes bytes; LF becomes CR LF. What nobody takes is lost in the end.</summary>
    internal static void Write(ReadOnlySpan<byte> text)
    {
        bool hasPage = TryFind();
        foreach (byte value in text)
        {
            if (!hasPage)
            {
                Native.Out8(LogPort, value);
                continue;
            }

            if (value == (byte)'\n')
            {
                Put((byte)'\r');
            }

            Put(value);
        }

        if (hasPage)
        {
            XenCall.Notify(s_channel);
        }
    }

    private static bool TryFind()
    {
        if (!s_isSought && KernelAddressSpace.CanMap)
        {
            s_isSought = true;
            if (XenCall.TryGetParameter(PageParameter, out ulong page) && page != 0 &&
                XenCall.TryGetParameter(ChannelParameter, out ulong channel) && DeviceSpace.IsFree(page << PageSize.Shift, PageSize.Bytes))
            {
                s_channel = (uint)channel;
                s_page = (byte*)KernelAddressSpace.MapDevice(new PhysAddr(page << PageSize.Shift), PageSize.Bytes);
            }
        }

        return s_page != null;
    }

    private static void Put(byte value)
    {
        // SAFETY: the page was mapped whole; the index is below the ring's length, whatever the other side writes.
        unsafe
        {
            unchecked
            {
                uint produced = Volatile.Read(ref *(uint*)(s_page + ProducedOffset));
                for (int tries = 0; produced - Volatile.Read(ref *(uint*)(s_page + ConsumedOffset)) >= OutputBytes; tries++)
                {
                    if (tries == Patience)
                    {
                        return;
                    }

                    XenCall.Notify(s_channel);
                    XenCall.GiveWay();
                }

                Volatile.Write(ref s_page[OutputOffset + (produced & (OutputBytes - 1))], value);
                Volatile.Write(ref *(uint*)(s_page + ProducedOffset), produced + 1);
            }
        }
    }
}
