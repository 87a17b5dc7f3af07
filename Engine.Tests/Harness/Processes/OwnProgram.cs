// SPDX-License-Identifier: MIT
using LbEngine.Tests.EndToEnd.Control;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>The test assembly as a program: it plays the parts that need a process of their own.</summary>
internal static class OwnProgram
{
    /// <summary>The command that runs one part.</summary>
    public static IReadOnlyList<string> Command(string part, params ReadOnlySpan<string> arguments)
    {
        string host = Environment.ProcessPath is string path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return [host, "exec", typeof(OwnProgram).Assembly.Location, part, .. arguments];
    }

    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [EngineProcessProgram.Name, string transport, string settings] => EngineProcessProgram.RunAsync(transport, settings),
        [EchoProgram.Name, string address, .. string[] further] => EchoProgram.RunAsync(address, further),
        [DatagramEchoProgram.Name, string address] => Task.FromResult(DatagramEchoProgram.Run(address)),
        [StateSaverProgram.Name, string path] => Task.FromResult(StateSaverProgram.Run(path)),
        _ => throw new ArgumentException($"Run these tests with 'dotnet test'; unknown part: {string.Join(' ', arguments)}."),
    };
}
