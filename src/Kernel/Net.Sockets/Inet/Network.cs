using System;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>The machine's TCP/IP stack, made when the first program or device asks for it: a machine without a network does not pay for one.</summary>
public sealed class Network(TimerQueue timers, NetRandom random)
{
    /// <summary>An eighth of memory is the most that packets and sockets' buffers may take, as net.ipv4.tcp_mem has it nearly.</summary>
    private const int MemoryShare = 8;
    private const int LeastPages = 512;
    private const int MostPages = 32768;
    private const int PacketsPerPage = 2;
    private const int MostPackets = 8192;
    private const int HeapBytesPerPage = 60;

    private NetStack? _stack;
    private StackTimer? _timer;

    /// <summary>What /proc/sys/net/ipv4 sets, before and after there is a stack.</summary>
    public NetStackOptions Options { get; } = new();

    /// <summary>Where its random numbers come from.</summary>
    internal NetRandom Random => random;

    /// <summary>Null while nobody has asked for it.</summary>
    public NetStack? Made => _stack;

    /// <summary>The most pages that packets and sockets' buffers may take.</summary>
    public int PageLimit => (int)Math.Clamp(MemoryStatistics.TotalBytes / MemoryShare >> PageSize.Shift, LeastPages, MostPages);

    /// <summary>Makes it at the first call. False when there is no memory for it.</summary>
    public bool TryGet(out NetStack stack)
    {
        stack = _stack!;
        if (stack != null)
        {
            return true;
        }

        int pages = PageLimit;
        int packets = Math.Min(pages * PacketsPerPage, MostPackets);
        if (!KernelHeap.CanAllocate((long)(pages + packets) * HeapBytesPerPage) || !PacketPool.TryCreate(pages, packets, out PacketPool? pool))
        {
            return false;
        }

        _stack = stack = new NetStack(Options, pool!, random);
        _timer = new StackTimer(stack, timers);
        return true;
    }

    /// <summary>Follows every call of the stack: its next timer may have changed.</summary>
    [AllocationFree]
    public void Update() => _timer!.Update();

    /// <summary>The timer, for devices; the stack has been made.</summary>
    public StackTimer Timer => _timer!;
}
