using Mote.Samples;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddGrpc();
WebApplication app = builder.Build();
app.MapGrpcService<GreeterService>();
app.Run();
