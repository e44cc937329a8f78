"""Reviews of mappings, and feedback on them."""

from nexus_application_commons.dynamodb.base_repository import BaseRepository
from nexus_application_commons.dynamodb.models import Feedback, Review


class ReviewRepository(BaseRepository[Review]):
    def __init__(self):
        super().__init__("MappingReviews", Review)

    def by_reviewer(self, reviewer_id: str) -> list[Review]:
        return self.query_index("ReviewerIndex", "reviewerId", reviewer_id)


class ReviewService:
    def __init__(self):
        self.reviews = ReviewRepository()
        self.feedback = BaseRepository("MappingFeedback", Feedback)

    def create_review(self, review: Review) -> Review:
        return self.reviews.put(review)

    def reviews_of(self, mapping_key: str) -> list[Review]:
        return self.reviews.query("mappingKey", mapping_key)

    def reviews_by(self, reviewer_id: str) -> list[Review]:
        return self.reviews.by_reviewer(reviewer_id)

    def feedback_of(self, reviewer_id: str) -> list[Feedback]:
        return self.feedback.query_index("UserFeedbackIndex", "reviewerId", reviewer_id)
