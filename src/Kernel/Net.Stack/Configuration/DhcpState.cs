namespace Mote.Kernel.Net.Stack;

/// <summary>The states of a DHCP client (RFC 2131, 4.4, figure 5).</summary>
public enum DhcpState
{
    Stopped,
    Selecting,
    Requesting,
    Bound,
    Renewing,
    Rebinding,
}
