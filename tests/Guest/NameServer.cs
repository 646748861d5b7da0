using System;
using System.Buffers.Binary;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>
/// A name server on loopback, by UDP and TCP at one port (RFC 1035). It knows <c>machine.test</c>: an address of each family, and a text that does not fit in a datagram,
/// which it cuts off there (TC) so that one asks again by TCP. Other names do not exist.
/// </summary>
internal sealed class NameServer : IDisposable
{
    public const string Address = "192.0.2.7";
    public const string Address6 = "2001:db8::7";
    public const int TextRecords = 20;

    private const int HeaderBytes = 12;
    private const ushort Host = 1, Text = 16, Host6 = 28;
    private const ushort IsResponse = 0x8400, IsTruncated = 0x0200, NoSuchName = 3;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UdpClient _datagrams;

    public NameServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, Port));
        _ = AnswerDatagrams();
        _ = AnswerStreams();
    }

    public int Port { get; }

    public void Dispose()
    {
        _datagrams.Dispose();
        _listener.Dispose();
    }

    private async Task AnswerDatagrams()
    {
        while (true)
        {
            try
            {
                UdpReceiveResult asked = await _datagrams.ReceiveAsync();
                await _datagrams.SendAsync(Answer(asked.Buffer, isDatagram: true), asked.RemoteEndPoint);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerStreams()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                byte[] length = new byte[2];
                while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false) == 2)
                {
                    byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    await stream.ReadExactlyAsync(query);
                    byte[] answer = Answer(query, isDatagram: false);
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                    await stream.WriteAsync((byte[])[.. length, .. answer]);
                }
            }
            catch (IOException)
            {
                // The client went away.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static byte[] Answer(byte[] query, bool isDatagram)
    {
        int end = HeaderBytes;
        StringBuilder name = new();
        while (query[end] != 0)
        {
            name.Append(Encoding.ASCII.GetString(query, end + 1, query[end])).Append('.');
            end += 1 + query[end];
        }

        ushort type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end + 1));
        bool isKnown = string.Equals(name.ToString(), "machine.test.", StringComparison.OrdinalIgnoreCase);
        byte[] data = (isKnown, type) switch
        {
            (true, Host) => IPAddress.Parse(Address).GetAddressBytes(),
            (true, Host6) => IPAddress.Parse(Address6).GetAddressBytes(),
            (true, Text) => [200, .. Encoding.ASCII.GetBytes(new string('t', 200))],
            _ => [],
        };
        int records = data.Length == 0 ? 0 : type == Text ? TextRecords : 1;
        bool isCut = isDatagram && records > 1;

        using MemoryStream answer = new();
        answer.Write(query, 0, 2);
        Number((ushort)(IsResponse | (isCut ? IsTruncated : 0) | (isKnown ? 0 : NoSuchName)));
        Number(1);
        Number((ushort)(isCut ? 0 : records));
        Number(0);
        Number(0);
        answer.Write(query, HeaderBytes, end + 5 - HeaderBytes);
        for (int record = 0; record < records && !isCut; record++)
        {
            Number(0xc000 | HeaderBytes);
            Number(type);
            Number(1);
            Number(0);
            Number(60);
            Number((ushort)data.Length);
            answer.Write(data);
        }

        return answer.ToArray();

        void Number(ushort value)
        {
            answer.WriteByte((byte)(value >> 8));
            answer.WriteByte((byte)value);
        }
    }
}
