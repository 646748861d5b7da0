using Grpc.Core;

namespace Mote.Samples;

public sealed class GreeterService : Greeter.GreeterBase
{
    public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
        request.Name.Length > 0 ? Task.FromResult(Hello(request)) : throw new RpcException(new Status(StatusCode.InvalidArgument, "nobody to greet"));

    public override async Task SayHelloOften(HelloRequest request, IServerStreamWriter<HelloReply> replies, ServerCallContext context)
    {
        for (int i = 0; i < request.Times; i++)
        {
            await replies.WriteAsync(Hello(request), context.CancellationToken);
        }
    }

    public override async Task<HelloReply> SayHelloToAll(IAsyncStreamReader<HelloRequest> requests, ServerCallContext context)
    {
        List<string> names = [];
        await foreach (HelloRequest request in requests.ReadAllAsync(context.CancellationToken))
        {
            names.Add(request.Name);
        }

        return Hello(new HelloRequest { Name = string.Join(" and ", names) });
    }

    public override async Task SayHelloInTurn(IAsyncStreamReader<HelloRequest> requests, IServerStreamWriter<HelloReply> replies, ServerCallContext context)
    {
        await foreach (HelloRequest request in requests.ReadAllAsync(context.CancellationToken))
        {
            await replies.WriteAsync(Hello(request), context.CancellationToken);
        }
    }

    private static HelloReply Hello(HelloRequest request) => new() { Message = "Hello " + request.Name };
}
