using System.Net.WebSockets;
using System.Text.Json.Serialization;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, Json.Default));
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
WebApplication app = builder.Build();
app.UseWebSockets();

app.MapGet("/", () => "Hello, World!\n");
app.MapGet("/json", () => new Greeting("Hello", "World", 42));

// As many bytes as asked for, up to a million: 0, 1, 2 ... 250, 0, 1 ...
byte[] numbers = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)(i % 251))];
app.MapGet("/bytes/{count:int:range(0,1000000)}", (int count) => Results.Bytes(numbers.AsMemory(0, count)));

// Ten lines, each sent as it is made: a chunked answer.
app.MapGet("/lines", async (HttpResponse response, CancellationToken gone) =>
{
    for (int line = 0; line < 10; line++)
    {
        await response.WriteAsync($"line {line}\n", gone);
        await response.Body.FlushAsync(gone);
    }
});

// What comes goes back as it comes.
app.MapPost("/echo", async (HttpRequest request, HttpResponse response, CancellationToken gone) =>
{
    response.ContentType = request.ContentType;
    response.ContentLength = request.ContentLength;
    await request.Body.CopyToAsync(response.Body, gone);
});

app.Map("/socket", async (HttpContext context, CancellationToken gone) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
    byte[] buffer = new byte[16384];
    while (true)
    {
        ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), gone);
        if (part.MessageType == WebSocketMessageType.Close)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, gone);
            return;
        }

        await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, gone);
    }
});

app.Run("http://*:8080");

internal sealed record Greeting(string What, string Whom, int Answer);

[JsonSerializable(typeof(Greeting))]
internal sealed partial class Json : JsonSerializerContext;
