using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// SYN cookies (RFC 4987, 3.6): under a flood nothing is kept of a SYN. The number of the answer holds a time and the segment size under the stack's secret; the timestamp, where
/// the peer has them, holds whether it does SACK and how it scales its window.
/// </summary>
internal sealed class SynCookies
{
    /// <summary>A cookie is good in the minute it was made and the next.</summary>
    private const ulong Period = 60_000_000_000;
    private const uint TimestampMask = 0x3f;
    private const uint SackBit = 0x10;
    private const uint NoScale = 0xf;

    private static readonly ushort[] s_sizes = [536, 1220, 1300, 1400, 1440, 1460, 8960, 65483];

    private readonly NetStack _stack;

    internal SynCookies(NetStack stack) => _stack = stack;

    /// <summary>Cookies that were sent, and that came back.</summary>
    public ulong Sent { get; private set; }

    public ulong Accepted { get; private set; }

    /// <summary>The number of the answer to a SYN; the request's timestamp and options become what the cookie can hold.</summary>
    [AllocationFree]
    public SeqNo Make(in EndpointAddress local, in EndpointAddress remote, ref SynRequest request)
    {
        Sent++;
        int size = 0;
        int offered = request.Options.SegmentSize != 0 ? request.Options.SegmentSize : 536;
        for (int i = 1; i < s_sizes.Length && s_sizes[i] <= offered; i++)
        {
            size = i;
        }

        if (request.Options.HasTimestamps)
        {
            uint bits = (request.Options.HasWindowScale ? request.Options.WindowScale : NoScale) | (request.Options.IsSackPermitted ? SackBit : 0);
            uint now = unchecked((uint)(_stack.Now.Nanoseconds / TcpConnection.Millisecond) + request.TimestampOffset);
            uint marked = (now & ~TimestampMask) | bits;

            // Never later than now.
            request.CookieTimestamp = marked > now ? unchecked(marked - (TimestampMask + 1)) : marked;
            if (request.CookieTimestamp == 0)
            {
                request.CookieTimestamp = 1;
            }
        }
        else
        {
            request.Options.HasWindowScale = false;
            request.Options.IsSackPermitted = false;
        }

        uint minute = (uint)(_stack.Now.Nanoseconds / Period & 0x1f);
        uint mac = Mac(local, remote, request.PeerInitial, minute, size);
        return new SeqNo(minute << 27 | (uint)size << 24 | mac);
    }

    /// <summary>Makes a request of an acknowledgement that returns a cookie. False when it is none.</summary>
    [AllocationFree]
    public bool TryOpen(TcpListener listener, ref IpHeaderInfo info, ref TcpSegment segment, out SynRequest request)
    {
        request = default;
        if (Sent == 0)
        {
            return false;
        }

        SeqNo cookie = segment.Acknowledgment - 1;
        SeqNo peerInitial = segment.Sequence - 1;
        uint minute = cookie.Value >> 27;
        int size = (int)(cookie.Value >> 24 & 7);
        uint now = (uint)(_stack.Now.Nanoseconds / Period & 0x1f);
        EndpointAddress local = new(info.Destination, listener.Local.Port);
        EndpointAddress remote = new(info.Source, segment.SourcePort);
        if ((unchecked(now - minute) & 0x1f) > 1 || (cookie.Value & 0xff_ffff) != Mac(local, remote, peerInitial, minute, size))
        {
            return false;
        }

        Accepted++;
        request = new SynRequest
        {
            Listener = listener,
            Local = info.Destination,
            Remote = info.Source,
            RemotePort = segment.SourcePort,
            PeerWindow = segment.Window,
            PeerInitial = peerInitial,
            Initial = cookie,
            Scope = info.Source.IsLinkLocal && !info.Source.IsV4 ? info.Interface.Index : 0,
            SentAt = default,
            ToldWindow = (ushort)Math.Min(listener.Settings.ReceiveBuffer / 2, 65535),
            TimestampOffset = unchecked((uint)_stack.SecretHash(local.Address, local.Port, remote.Address, remote.Port, 2)),
        };
        request.Options.SegmentSize = s_sizes[size];
        if (segment.Options.HasTimestamps)
        {
            uint bits = segment.Options.TimestampEcho & TimestampMask;
            request.Options.HasTimestamps = true;
            request.Options.TimestampValue = segment.Options.TimestampValue;
            request.Options.IsSackPermitted = (bits & SackBit) != 0;
            request.Options.HasWindowScale = (bits & 0xf) != NoScale;
            request.Options.WindowScale = (byte)(request.Options.HasWindowScale ? bits & 0xf : 0);
        }

        return true;
    }

    private uint Mac(in EndpointAddress local, in EndpointAddress remote, SeqNo peerInitial, uint minute, int size) =>
        (uint)(_stack.SecretHash(local.Address, local.Port, remote.Address, remote.Port, (ulong)peerInitial.Value << 16 | minute << 8 | (uint)size << 4 | 3) & 0xff_ffff);
}
