"""Questioner: asks one server for as long as it likes, and remembers only its last questions."""

import socket
from contextlib import closing

from petard.shared.discovery.client import Questioner
from petard.shared.protocol.beacon import SIZE, Answer, Question, ServerCard, decode, encode
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.server_list import NONCES_KEPT

CARD = ServerCard(1, 2, "0.2.0", 7777, "Den", "classic", "duel", Phase.LOBBY, 0, 4, 0, False)


def test_an_answer_counts_if_its_question_is_one_of_the_last() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10.0)
        port = server.getsockname()[1]
        with closing(Questioner(socket.AF_INET, ("127.0.0.1", port), [port])) as questioner:
            nonce = 0
            for _ in range(NONCES_KEPT + 1):
                nonce = questioner.ask()
                data, client = server.recvfrom(SIZE)
                assert decode(data) == Question(nonce)
                server.sendto(encode(Answer(nonce, 0, 0, CARD)), client)
            assert len(questioner.answers()) == NONCES_KEPT, "the first question is forgotten"
            server.sendto(encode(Answer(nonce ^ 1, 0, 0, CARD)), client)
            assert questioner.answers() == [], "a question that was never asked"
