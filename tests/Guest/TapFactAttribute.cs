using System;
using System.IO;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A test that makes interfaces: only root may, and only where there is /dev/net/tun.</summary>
internal sealed class TapFactAttribute : FactAttribute
{
    public TapFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/dev/net/tun"))
        {
            Skip = "making a tap needs root and /dev/net/tun";
        }
        else if (ChildRun.Run("ip", ["tuntap", "add", "dev", "moteprobe", "mode", "tap"], new ChildOptions()).Status != 0)
        {
            Skip = "this computer does not let a tap be made";
        }
        else
        {
            ChildRun.Run("ip", ["tuntap", "del", "dev", "moteprobe", "mode", "tap"], new ChildOptions());
        }
    }
}
