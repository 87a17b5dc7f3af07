// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Tests.EndToEnd.Harness;

/// <summary>One datagram and who sent it.</summary>
internal sealed record ReceivedDatagram(byte[] Payload, IPEndPoint From);
