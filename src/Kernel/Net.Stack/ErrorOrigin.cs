namespace Mote.Kernel.Net.Stack;

/// <summary>Where an entry of the queue of errors comes from: SO_EE_ORIGIN_ of linux/errqueue.h.</summary>
public enum ErrorOrigin : byte
{
    None = 0,

    /// <summary>This machine refused to send.</summary>
    Local = 1,
    Icmp = 2,
    IcmpV6 = 3,

    /// <summary>No error: when a packet was sent.</summary>
    Timestamping = 4,

    /// <summary>No error: memory that was sent from is the program's again (MSG_ZEROCOPY).</summary>
    ZeroCopy = 5,
}
