using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>Errors and times of sending that wait to be read with MSG_ERRQUEUE (ip(7), socket(7)). It has the same limit as what is received.</summary>
internal struct ErrorQueue
{
    private PacketQueue _entries;
    private int _bytes;

    public readonly bool IsEmpty => _entries.First == null;

    /// <summary>Adds an entry whose data is in the packet, which is the queue's from here on; drops it when too many wait. False then.</summary>
    [AllocationFree]
    public bool Add(in ErrorReport report, PacketBuffer packet, Instant at, int limit)
    {
        int weight = packet.Length + PacketBuffer.HeaderRoom;
        if (_bytes + weight > limit)
        {
            packet.Release();
            return false;
        }

        report.Write(packet);
        packet.ArrivedAt = at;
        _bytes += weight;
        _entries.Add(packet);
        return true;
    }

    /// <summary>Takes the oldest entry; the packet has its data and is the caller's. Null when there is none.</summary>
    [AllocationFree]
    public PacketBuffer? Take(out ErrorReport report)
    {
        PacketBuffer? packet = _entries.Take();
        report = default;
        if (packet != null)
        {
            report = ErrorReport.Read(packet);
            packet.TrimFront(ErrorReport.Bytes);
            _bytes -= packet.Length + PacketBuffer.HeaderRoom;
        }

        return packet;
    }

    /// <summary>The error of the oldest entry, if it is of ICMP.</summary>
    public readonly NetError FirstIcmpError =>
        _entries.First is { } first && ErrorReport.Read(first) is { Origin: ErrorOrigin.Icmp or ErrorOrigin.IcmpV6 } report ? report.Error : NetError.None;

    /// <summary>The newest entry covers messages up to the one before this: it covers this one too.</summary>
    [AllocationFree]
    public bool TryExtendCopied(uint number)
    {
        if (_entries.Last is not { } last || ErrorReport.Read(last) is not { Origin: ErrorOrigin.ZeroCopy } report || report.Data != unchecked(number - 1))
        {
            return false;
        }

        last.TrimFront(ErrorReport.Bytes);
        (report with { Data = number }).Write(last);
        return true;
    }

    public void Clear()
    {
        _entries.Clear();
        _bytes = 0;
    }
}
