using System;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Logging;

namespace Mote.Tests.Unit.Virtio;

internal sealed class RecordingSink : LogSink
{
    public List<string> Lines { get; } = [];

    public override void Write(ReadOnlySpan<byte> line) => Lines.Add(Encoding.UTF8.GetString(line));
}
