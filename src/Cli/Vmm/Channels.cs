using System;
using System.Collections.Generic;

namespace Mote.Cli.Vmm;

/// <summary>The names of the channels in each place that has one.</summary>
internal static class Channels
{
    private static readonly Channel[] s_always = [Channel.Input, Channel.Output, Channel.Error, Channel.Control, Channel.Serial];

    /// <summary>Those of a machine, in the order in which QEMU connects them.</summary>
    public static IReadOnlyList<Channel> InOrder(MachineOptions options) =>
        [.. s_always, .. options.Diagnostics ? (Channel[])[Channel.Diagnostics] : [], .. options.Network.RelaysDatagrams ? (Channel[])[Channel.Datagrams] : []];

    /// <summary>QEMU's chardev id.</summary>
    public static string Id(this Channel channel) => channel switch
    {
        Channel.Input => "stdin",
        Channel.Output => "stdout",
        Channel.Error => "stderr",
        Channel.Control => "control",
        Channel.Serial => "serial",
        Channel.Diagnostics => "diagnostics",
        Channel.Datagrams => "datagrams",
        _ => throw new ArgumentOutOfRangeException(nameof(channel)),
    };

    /// <summary>The name of the virtio-serial port, which the guest looks for.</summary>
    public static string PortName(this Channel channel) => "mote." + channel.Id();

    /// <summary>The socket's name in the channel folder: short, for the address of a Unix socket holds 107 bytes.</summary>
    public static string SocketName(this Channel channel) => channel.Id();
}
