// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>What each end sees, row by row, through this engine and through others.</summary>
internal static class BehaviourTable
{
    public static IReadOnlyList<Scenario> Rows { get; } =
    [
        new("The client sends its end; the backend then sends 10 MB.", HalfCloseScenarios.ClientEndsThenBackendSendsBulkAsync, "10485760 B, FIN", "100 B, FIN"),
        new("The backend sends its end; the client then sends 10 MB.", HalfCloseScenarios.BackendEndsThenClientSendsBulkAsync, "100 B, FIN", "10485760 B, FIN"),
        new("Both send 1000 bytes and their end at the same time.", HalfCloseScenarios.BothEndAtOnceAsync, "1000 B, FIN", "1000 B, FIN"),
        new("The end comes together with the last bytes.", HalfCloseScenarios.EndTogetherWithLastDataAsync, "100000 B, FIN", "100000 B, FIN"),
        new("The client has sent everything and its end before the backend is connected.", HalfCloseScenarios.DataAndEndBeforeTheBackendIsConnectedAsync, "3000 B, FIN", "5000 B, FIN"),
        new("The client sends its end and nothing else.", HalfCloseScenarios.ClientEndsWithoutAWordAsync, "0 B, FIN", "0 B, FIN"),
        new("The backend closes at once without a word.", HalfCloseScenarios.BackendEndsWithoutAWordAsync, "0 B, FIN", "closed"),
        new("Both close, the client first, and no byte was sent.", HalfCloseScenarios.TwoClosesAsync, "closed", "0 B, FIN"),
        new(
            "The client resets in mid-stream.",
            ResetScenarios.ClientResetsMidStreamAsync,
            Engine: new Outcome("reset", "1000 B, RST"),
            HaProxy: new Outcome("reset", "1000 B, RST"),
            Nginx: new Outcome("reset", "1000 B, FIN"),
            Why: "As HAProxy: a reset is carried as a reset, so that the backend does not take half a request for a whole one."),
        new(
            "The backend resets in mid-stream.",
            ResetScenarios.BackendResetsMidStreamAsync,
            Engine: new Outcome("100000 B, RST", "reset"),
            HaProxy: new Outcome("100000 B, FIN", "reset"),
            Nginx: new Outcome("100000 B, FIN", "reset"),
            Why: "By contract: both others turn the reset into an orderly end, and the client takes half an answer for a whole one."),
        new(
            "The client resets before any byte was sent.",
            ResetScenarios.ClientResetsBeforeAnyByteAsync,
            Engine: new Outcome("reset", "0 B, RST"),
            HaProxy: new Outcome("reset", "0 B, RST"),
            Nginx: new Outcome("reset", "0 B, FIN"),
            Why: "As HAProxy: a reset is carried as a reset."),
        new(
            "The backend resets before any byte was sent.",
            ResetScenarios.BackendResetsBeforeAnyByteAsync,
            Engine: new Outcome("0 B, RST", "reset"),
            HaProxy: new Outcome("0 B, FIN", "reset"),
            Nginx: new Outcome("0 B, FIN", "reset"),
            Why: "By contract: a reset is carried as a reset, towards the client too."),
        new("The client resets after it has sent its end.", ResetScenarios.ClientResetsAfterItsEndAsync, "reset", "broken while sending"),
        new("The client closes while the backend goes on sending.", ResetScenarios.ClientClosesWhileTheBackendSendsAsync, "closed", "broken while sending"),
        new(
            "The backend closes and leaves bytes unread.",
            ResetScenarios.BackendClosesWithUnreadBytesAsync,
            Engine: new Outcome("0 B, RST", "closed"),
            HaProxy: new Outcome("0 B, FIN", "closed"),
            Nginx: new Outcome("0 B, FIN", "closed"),
            Why: "By contract: the kernel makes a reset of such a close, and a reset is carried as a reset."),
        new(
            "The only backend refuses.",
            ConnectScenarios.TheOnlyBackendRefusesAsync,
            Engine: new Outcome("0 B, RST", "nothing"),
            HaProxy: new Outcome("0 B, FIN", "nothing"),
            Nginx: new Outcome("0 B, FIN", "nothing"),
            Why: "By contract: nobody served the client, so it sees a failure and not an empty answer."),
        new("One backend refuses and the other serves.", ConnectScenarios.TheFirstRefusesAndTheSecondServesAsync, "4 served", "4 connections, every byte"),
        new("The client resets before the backend is connected.", ConnectScenarios.ClientLeavesBeforeTheBackendIsConnectedAsync, "reset, the next is served", "every byte of the next"),
        new("The backend speaks first.", FlowScenarios.BackendSpeaksFirstAsync, "20 B, FIN", "30 B, FIN"),
        new("One byte goes to and fro 200 times.", FlowScenarios.OneBytePingPongAsync, "200 B, FIN", "200 B, FIN"),
        new("5 MB go both ways at once.", FlowScenarios.BulkBothWaysAtOnceAsync, "5242880 B, FIN", "5242880 B, FIN"),
        new("The client does not read until the backend is blocked.", FlowScenarios.SlowReaderAsync, "all, FIN", "0 B, FIN"),
        new("The client sends an urgent byte between others.", FlowScenarios.UrgentByteAsync, "0 B, FIN", "101000 B, FIN"),
        new("The client sends in pieces of three bytes.", FlowScenarios.ManyTinyPiecesAsync, "0 B, FIN", "3000 B, FIN"),
        new("Requests and answers of many sizes follow each other.", FlowScenarios.RequestsOfManySizesAsync, "1453104 B, FIN", "1453104 B, FIN"),
    ];
}
