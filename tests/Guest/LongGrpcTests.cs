using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Grpc.Net.Client;
using Mote.Samples;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>gRPC services in a machine, by HTTP/2 without TLS as <c>dotnet new grpc</c> sets it, called from this computer.</summary>
[Trait("Category", "Long")]
public sealed class LongGrpcTests
{
    private const int Many = 500;

    /// <summary>The first call compiles a good deal in the machine.</summary>
    private const int CallSeconds = 120;

    [Fact]
    public async Task What_the_template_makes_answers()
    {
        using ServedMachine machine = LongTemplateTests.StartServing(LongTemplateTests.New("grpc"));
        using GrpcChannel channel = Connect(machine);
        Greeter.GreeterClient client = new(channel);
        Assert.Equal("Hello world", await Greet(machine, client));
        Assert.Equal(0, machine.Stop());
    }

    [Fact]
    public async Task Calls_stream_in_each_direction()
    {
        using ServedMachine machine = LongTemplateTests.StartServing(System.IO.Path.Combine(Repository.Root, "samples", "Greeter"));
        using GrpcChannel channel = Connect(machine);
        Greeter.GreeterClient client = new(channel);
        Assert.Equal("Hello world", await Greet(machine, client));

        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await client.SayHelloAsync(new HelloRequest()));
        Assert.Equal((StatusCode.InvalidArgument, "nobody to greet"), (refused.StatusCode, refused.Status.Detail));

        string longName = new('x', 100_000);
        using AsyncServerStreamingCall<HelloReply> often = client.SayHelloOften(new HelloRequest { Name = longName, Times = 50 });
        Assert.Equal(Enumerable.Repeat("Hello " + longName, 50), await Texts(often.ResponseStream));

        using AsyncClientStreamingCall<HelloRequest, HelloReply> all = client.SayHelloToAll();
        for (int i = 0; i < Many; i++)
        {
            await all.RequestStream.WriteAsync(new HelloRequest { Name = i.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        }

        await all.RequestStream.CompleteAsync();
        Assert.Equal("Hello " + string.Join(" and ", Enumerable.Range(0, Many)), (await all.ResponseAsync).Message);

        using AsyncDuplexStreamingCall<HelloRequest, HelloReply> turns = client.SayHelloInTurn();
        for (int i = 0; i < Many; i++)
        {
            await turns.RequestStream.WriteAsync(new HelloRequest { Name = $"{i}" });
            Assert.True(await turns.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal($"Hello {i}", turns.ResponseStream.Current.Message);
        }

        await turns.RequestStream.CompleteAsync();
        Assert.Empty(await Texts(turns.ResponseStream));

        // Many calls at once on one connection.
        HelloReply[] replies = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => client.SayHelloAsync(new HelloRequest { Name = $"{i}" }).ResponseAsync));
        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"Hello {i}"), replies.Select(reply => reply.Message));

        // A call that is given up leaves the connection as it is.
        using CancellationTokenSource enough = new();
        using AsyncServerStreamingCall<HelloReply> endless = client.SayHelloOften(new HelloRequest { Name = "you", Times = int.MaxValue }, cancellationToken: enough.Token);
        Assert.True(await endless.ResponseStream.MoveNext(CancellationToken.None));
        await enough.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await Texts(endless.ResponseStream))).StatusCode);
        Assert.Equal("Hello world", await Greet(machine, client));
        Assert.Equal(0, machine.Stop());
    }

    private static GrpcChannel Connect(ServedMachine machine) =>
        GrpcChannel.ForAddress($"http://127.0.0.1:{machine.Port}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler(), DisposeHttpClient = true });

    private static Task<string> Greet(ServedMachine machine, Greeter.GreeterClient client) => machine.Until(async () =>
    {
        try
        {
            return (await client.SayHelloAsync(new HelloRequest { Name = "world" }, deadline: DateTime.UtcNow.AddSeconds(CallSeconds))).Message;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal)
        {
            throw new TimeoutException("it does not listen yet", e);
        }
    });

    private static async Task<List<string>> Texts(IAsyncStreamReader<HelloReply> replies)
    {
        List<string> texts = [];
        await foreach (HelloReply reply in replies.ReadAllAsync())
        {
            texts.Add(reply.Message);
        }

        return texts;
    }
}
