namespace Mote.Kernel.Net.Stack;

/// <summary>Which time an entry of the queue of errors tells: SCM_TSTAMP_ in linux/errqueue.h.</summary>
internal static class SendStamp
{
    public const uint Sent = 0;
    public const uint Scheduled = 1;
    public const uint Acknowledged = 2;
}
